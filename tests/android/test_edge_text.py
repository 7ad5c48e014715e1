"""edge-text compiles for a phone, its own tests pass on this machine's JVM, and its tokenizer is fast."""

import re
from pathlib import Path

import pytest

from tests.android_lab import edge_text
from tests.android_lab.junit import number_of_tests, number_passed
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import CheckError
from tests.laboratory.vectors import write_vectors

pytestmark = pytest.mark.android


def test_it_compiles_without_a_warning_and_without_what_a_phone_lacks(
    android_lab: AndroidLab, build_folder: Path
) -> None:
    classes = edge_text.compile_edge_text(android_lab, build_folder)
    assert (classes / "org/squeezebert/edge/text/EdgeException.class").is_file()


def test_its_tests_pass(android_lab: AndroidLab, build_folder: Path) -> None:
    printed = edge_text.run_tests(android_lab, build_folder, write_vectors())
    assert number_passed(printed) == number_of_tests(edge_text.TEST_SOURCES)


def test_a_text_of_30_words_takes_less_than_a_fifth_of_a_millisecond(
    android_lab: AndroidLab, build_folder: Path
) -> None:
    printed = edge_text.time_tokenizer(android_lab, build_folder, write_vectors())
    (median,) = re.findall(r"^a text of 30 words, .* after warm-up median ([\d.e-]+) ", printed, flags=re.MULTILINE)
    # Alone on a server's core it is a twentieth of that.
    assert float(median) < 0.2, printed


def test_a_class_of_tests_that_is_not_there_is_an_error(android_lab: AndroidLab, build_folder: Path) -> None:
    with pytest.raises(CheckError, match="no test class NoSuchTest; there are "):
        edge_text.run_tests(android_lab, build_folder, build_folder, ["NoSuchTest"])
