"""Every Swift file, those of the app and of the stand-ins too, is in the style of ios_demo/.swift-format."""

from pathlib import Path

import pytest

from tests.ios_lab.edge_kit import FOLDER
from tests.ios_lab.laboratory import IosLab
from tests.ios_lab.style import check_style, format_files, swift_files
from tests.laboratory.build_step import CheckError

pytestmark = pytest.mark.ios


def test_swift_format_finds_nothing(ios_lab: IosLab) -> None:
    files = swift_files()
    assert {path.relative_to(FOLDER).parts[0] for path in files} == {"App", "AppTests", "EdgeKit", "verify"}
    check_style(ios_lab, files)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("struct  Sample {}\n", "Spacing"),
        ('let sample = Int("1")!\n', "NeverForceUnwrap"),
        ("public struct Sample {}\n", "AllPublicDeclarationsHaveDocumentation"),
        (f"// {'word ' * 30}\nlet sample = [{'1, ' * 60}1]\n", "LineLength"),
        ("struct Sample {\n", "expected '}'"),
    ],
    ids=["spaces", "force unwrap", "no documentation", "long line", "does not parse"],
)
def test_it_finds_what_is_wrong(ios_lab: IosLab, tmp_path: Path, code: str, message: str) -> None:
    path = tmp_path / "Sample.swift"
    path.write_text(code, encoding="utf-8")
    with pytest.raises(CheckError, match=message):
        check_style(ios_lab, [path])


def test_it_brings_a_file_into_the_style(ios_lab: IosLab, tmp_path: Path) -> None:
    path = tmp_path / "Sample.swift"
    path.write_text("struct  Sample {\n  let a=1\n}\n", encoding="utf-8")
    format_files(ios_lab, [path])
    assert path.read_text(encoding="utf-8") == "struct Sample {\n    let a = 1\n}\n"


def test_no_files_are_an_error(ios_lab: IosLab) -> None:
    with pytest.raises(CheckError, match="no files"):
        check_style(ios_lab, [])
