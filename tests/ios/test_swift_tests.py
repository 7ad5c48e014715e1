"""Results of Swift's tests are read to the last one, and a failure is named."""

from pathlib import Path

import pytest

from tests.ios_lab.swift_tests import number_of_tests, read_results
from tests.laboratory.build_step import CheckError

RESULTS = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="TestResults" errors="0" tests="{number}" failures="0" skipped="1" time="0.1">
{cases}
  </testsuite>
</testsuites>
"""
PASSED = '    <testcase classname="EdgeKitTests.Words" name="eachNumber(_:)" time="0.1" />'
FAILED = (
    '    <testcase classname="EdgeKitTests.Words" name="last()" time="0.1">\n'
    '      <failure message="Expectation failed" />\n    </testcase>'
)
DISABLED = (
    '    <testcase classname="EdgeKitTests.Schemas" name="same()" time="0.1">\n'
    "      <skipped>no folder</skipped>\n    </testcase>"
)
PRINTED = """◇ Test run started.
✔ Test eachNumber(_:) passed after 0.1 seconds.
✘ Test last() recorded an issue at Words.swift:3:5: Expectation failed: (1 → 1) == 2
↳ of the words
✘ Test last() failed after 0.1 seconds with 1 issue.
"""


def write(folder: Path, *cases: str) -> Path:
    path = folder / "results.xml"
    path.write_text(RESULTS.format(number=len(cases), cases="\n".join(cases)), encoding="utf-8")
    return path


def test_what_passed_and_what_did_not_run_is_known(tmp_path: Path) -> None:
    found = read_results(write(tmp_path, PASSED, DISABLED), PRINTED)
    assert found.passed == ("EdgeKitTests.Words/eachNumber(_:)",)
    assert found.disabled == {"EdgeKitTests.Schemas/same()": "no folder"}
    assert str(found) == "1 tests passed\ndisabled: EdgeKitTests.Schemas/same(): no folder"


def test_a_failure_is_named_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(CheckError) as failure:
        read_results(write(tmp_path, PASSED, FAILED), PRINTED)
    message = str(failure.value)
    assert message.startswith("swift test: 1 of 2 tests failed: EdgeKitTests.Words/last()\n")
    assert "Words.swift:3:5: Expectation failed: (1 → 1) == 2\n↳ of the words" in message
    assert "eachNumber" not in message


def test_no_test_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="no test ran:\n◇ Test run started"):
        read_results(write(tmp_path, DISABLED), PRINTED)


def test_written_tests_are_counted(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    source = "@Suite struct A {\n    @Test func one() {}\n    @Test(arguments: [1, 2])\n    func two(_: Int) {}\n}\n"
    (tmp_path / "A" / "A.swift").write_text(source, encoding="utf-8")
    assert number_of_tests(tmp_path) == 2
