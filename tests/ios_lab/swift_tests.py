"""Results of swift-testing: which tests ran, and which did not."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests.laboratory.build_step import CheckError, files_below

# In a source, of each test.
WRITTEN_TEST = re.compile(r"^\s*@Test\b", flags=re.MULTILINE)

# What begins such lines of what swift-testing prints.
FAILURE, COMMENT = "✘", "↳"


@dataclass(frozen=True)
class SwiftTests:
    """One run in which no test failed.

    Attributes
    ----------
    passed
        Names of tests: ``EdgeKitTests.Words/eachNumber(_:)``. One with arguments is one test.
    disabled
        Why each of the others did not run, by name.
    printed
        What was printed.
    """

    passed: tuple[str, ...]
    disabled: dict[str, str]
    printed: str

    def __str__(self) -> str:
        lines = [
            f"{len(self.passed)} tests passed",
            *(f"disabled: {name}: {why}" for name, why in self.disabled.items()),
        ]
        return "\n".join(lines)


def read_results(path: Path, printed: str) -> SwiftTests:
    """Read what ``swift test --xunit-output`` wrote; CheckError if a test failed, or none ran.

    Its message has what was printed of failures, or if no test ran all of it.
    """
    passed, failed, disabled = [], [], {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}/{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            failed.append(name)
        elif skipped is not None:
            disabled[name] = (skipped.text or "").strip()
        else:
            passed.append(name)
    if failed:
        number = len(passed) + len(failed)
        raise CheckError(
            f"swift test: {len(failed)} of {number} tests failed: {', '.join(sorted(failed))}\n{_issues(printed)}"
        )
    if not passed:
        raise CheckError(f"swift test: no test ran:\n{printed}")
    return SwiftTests(tuple(sorted(passed)), disabled, printed)


def _issues(printed: str) -> str:
    """Return the lines about failures: what was expected where, and what its author says of that."""
    return "\n".join(line for line in printed.splitlines() if line.startswith((FAILURE, COMMENT)))


def number_of_tests(sources: Path) -> int:
    """Return how many tests are in the Swift files below `sources`."""
    files = files_below(sources, ".swift")
    return sum(len(WRITTEN_TEST.findall(path.read_text(encoding="utf-8"))) for path in files)
