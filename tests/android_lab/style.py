"""ktlint: Kotlin's official style, with the settings of android_demo/.editorconfig."""

from collections.abc import Sequence
from pathlib import Path

from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import REPOSITORY, CheckError
from tests.laboratory.tool import run_tool

FOLDER = REPOSITORY / "android_demo"
# What it says, and ends well, where no file has the name.
NOTHING_FOUND = "No files matched"
PATTERNS = ("**/*.kt", "**/*.kts")


def run_ktlint(lab: AndroidLab, words: Sequence[str] = (), folder: Path = FOLDER) -> str:
    """Check every file below `folder`; return what ktlint printed.

    Parameters
    ----------
    words
        More arguments: ``--format``, patterns of files instead of all.

    Raises
    ------
    CheckError
        With what it printed, if it found something.
    """
    patterns = [] if any(not word.startswith("-") for word in words) else list(PATTERNS)
    command = ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(lab.ktlint), "--relative"]
    printed = run_tool([*command, *words, *patterns], "ktlint", folder)
    if NOTHING_FOUND in printed:
        raise CheckError(f"ktlint:\n{printed}")
    return printed
