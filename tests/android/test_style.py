"""Every Kotlin file, those of Gradle and of the stubs too, is in Kotlin's official style."""

from pathlib import Path

import pytest

from tests.android_lab.laboratory import AndroidLab
from tests.android_lab.style import FOLDER, run_ktlint
from tests.laboratory.build_step import CheckError

pytestmark = pytest.mark.android

# android_demo/.editorconfig; ktlint passes over comments.
MARGIN = 120


def test_ktlint_finds_nothing(android_lab: AndroidLab) -> None:
    run_ktlint(android_lab)


def test_no_line_is_longer_than_the_margin() -> None:
    files = [path for pattern in ("**/*.kt", "**/*.kts") for path in FOLDER.glob(pattern)]
    assert files
    long = [
        f"{path.relative_to(FOLDER)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MARGIN
    ]
    assert long == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Sample.kt", "package sample\n\nfun two ( )=2\n", "spacing"),
        ("build.gradle.kts", "plugins {\n", "Not a valid Kotlin file"),
    ],
    ids=["style", "build file that does not parse"],
)
def test_ktlint_finds_what_is_wrong(
    android_lab: AndroidLab, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CheckError, match=message):
        run_ktlint(android_lab, folder=tmp_path)


def test_a_file_that_is_not_there_is_an_error(android_lab: AndroidLab, tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="No files matched"):
        run_ktlint(android_lab, ["NoSuchFile.kt"], tmp_path)
