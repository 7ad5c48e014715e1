"""JUnit 4 on this machine's JVM."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.laboratory.build_step import CheckError, files_below
from tests.laboratory.tool import run_tool

# In a compiled class, of each that has a test.
TEST_ANNOTATION = b"Lorg/junit/Test;"
# In a source, of each test.
WRITTEN_ANNOTATION = re.compile(r"^\s*@Test\b", flags=re.MULTILINE)
# What JUnit prints in the end.
PASSED = re.compile(r"^OK \((\d+) tests?\)$", flags=re.MULTILINE)


@dataclass(frozen=True)
class JUnitRun:
    """A module's tests.

    Attributes
    ----------
    compiled
        Folder with their classes.
    classpath
        That folder too, and all that they need.
    working_folder
        Where Gradle runs them: the module's folder.
    properties
        System properties.
    """

    module: str
    compiled: Path
    classpath: Sequence[Path]
    working_folder: Path
    properties: Mapping[str, str] = field(default_factory=dict)


def test_classes(compiled: Path) -> list[str]:
    """Return the names of the compiled classes that have tests."""
    found = [path for path in files_below(compiled, ".class") if TEST_ANNOTATION in path.read_bytes()]
    return [".".join(path.relative_to(compiled).with_suffix("").parts) for path in found]


def run_junit(run: JUnitRun, classes: Sequence[str] = ()) -> str:
    """Run tests; return what JUnit printed.

    Parameters
    ----------
    classes
        Those to run, by full or simple name; none means all.

    Raises
    ------
    CheckError
        With what JUnit printed, if a test fails; or if there is no such test.
    """
    there = test_classes(run.compiled)
    missing = [name for name in classes if not any(_is_named(found, name) for found in there)]
    if missing or not there:
        listed = ", ".join(name.rsplit(".", 1)[-1] for name in there) or "none"
        raise CheckError(f"{run.module}: no test class {', '.join(missing) or 'at all'}; there are {listed}")
    chosen = [found for found in there if not classes or any(_is_named(found, name) for name in classes)]
    properties = [f"-D{name}={value}" for name, value in run.properties.items()]
    command = ["java", *properties, "-cp", ":".join(map(str, run.classpath)), "org.junit.runner.JUnitCore", *chosen]
    return run_tool(command, f"{run.module}'s tests", run.working_folder)


def number_passed(printed: str) -> int:
    """Return how many tests passed, of what `run_junit` returned; an ignored one did not run and is not counted."""
    found = PASSED.search(printed)
    return int(found[1]) if found else 0


def number_of_tests(sources: Path) -> int:
    """Return how many tests are in the Kotlin files below `sources`."""
    return sum(
        len(WRITTEN_ANNOTATION.findall(path.read_text(encoding="utf-8"))) for path in files_below(sources, ".kt")
    )


def _is_named(found: str, name: str) -> bool:
    return name in (found, found.rsplit(".", 1)[-1])
