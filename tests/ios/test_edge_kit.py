"""EdgeKit, its engines and its view models compile without a warning, and all of their tests pass."""

import re
from pathlib import Path

import pytest

from tests.ios_lab.edge_kit import (
    build_edge_kit,
    build_package,
    number_of_written_tests,
    run_tests,
    time_tokenizer,
)
from tests.ios_lab.laboratory import IosLab
from tests.laboratory.build_step import CheckError
from tests.laboratory.vectors import write_vectors

pytestmark = pytest.mark.ios

PACKAGE = """// swift-tools-version: 6.0
import PackageDescription
let package = Package(name: "Sample", targets: [.target(name: "Sample")])
"""


def test_it_compiles_without_a_warning(ios_lab: IosLab, build_folder: Path) -> None:
    assert (build_edge_kit(ios_lab, build_folder) / "DesktopProgram").is_file()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("func sample() { let number = 1 }", "never used"),
        ("nonisolated let other = 1\nvar shared = 1", "not concurrency-safe"),
    ],
    ids=["warning", "state that tasks share"],
)
def test_a_warning_is_an_error(ios_lab: IosLab, tmp_path: Path, code: str, problem: str) -> None:
    (tmp_path / "Sources" / "Sample").mkdir(parents=True)
    (tmp_path / "Package.swift").write_text(PACKAGE, encoding="utf-8")
    (tmp_path / "Sources" / "Sample" / "Sample.swift").write_text(f"{code}\n", encoding="utf-8")
    with pytest.raises(CheckError, match=rf"Sample\.swift.*error: .*{problem}"):
        build_package(ios_lab, tmp_path, tmp_path / "build")


def test_all_its_tests_run_and_pass(ios_lab: IosLab, build_folder: Path) -> None:
    results = run_tests(ios_lab, build_folder, write_vectors())
    assert results.disabled == {}
    assert len(results.passed) == number_of_written_tests()


def test_a_text_of_30_words_takes_less_than_a_fifth_of_a_millisecond(ios_lab: IosLab, build_folder: Path) -> None:
    printed = time_tokenizer(ios_lab, build_folder, write_vectors())
    (median,) = re.findall(r"^a text of 30 words, .* after warm-up median ([\d.e-]+) ", printed, flags=re.MULTILINE)
    # On a server's core it is a tenth of that.
    assert float(median) < 0.2, printed
