"""Core ML: nothing to record. Off macOS no device runs the package, and on it coremltools has no profiler."""

from pathlib import Path
from typing import NoReturn

from edge.errors import InputError
from edge.profile.inputs import Feed
from edge.profile.recording import ProfileRule


def why_unavailable() -> None:
    """Return None: no package would help."""


def record(path: Path, feed: Feed | None, threads: int, rule: ProfileRule) -> NoReturn:
    """Raise InputError: this format cannot be profiled."""
    raise InputError(
        f"{path}: a .mlpackage cannot be profiled here, since only Core ML on a Mac or a phone has its times;"
        " open it in Xcode and make a performance report"
    )
