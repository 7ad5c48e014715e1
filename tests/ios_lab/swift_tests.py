"""Results of swift-testing: which tests ran, and which did not."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests.laboratory.build_step import CheckError, files_below

# In a source, of each test.
WRITTEN_TEST = re.compile(r"^\s*@Test\b", flags=re.MULTILINE)


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
    """Read what ``swift test --xunit-output`` wrote; CheckError if a test failed, or none ran."""
    passed, disabled = [], {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}/{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            raise CheckError(f"swift test:\n{printed}")
        if skipped is not None:
            disabled[name] = (skipped.text or "").strip()
        else:
            passed.append(name)
    if not passed:
        raise CheckError(f"swift test: no test ran:\n{printed}")
    return SwiftTests(tuple(sorted(passed)), disabled, printed)


def number_of_tests(sources: Path) -> int:
    """Return how many tests are in the Swift files below `sources`."""
    files = files_below(sources, ".swift")
    return sum(len(WRITTEN_TEST.findall(path.read_text(encoding="utf-8"))) for path in files)
