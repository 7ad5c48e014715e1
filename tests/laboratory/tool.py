"""A program that a check runs."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.laboratory.build_step import CheckError

# Seconds; the longest takes a minute on two busy cores.
TIME_LIMIT = 300.0


def run_tool(command: Sequence[str], name: str, folder: Path | None = None, time_limit: float = TIME_LIMIT) -> str:
    """Run a program, in `folder` if it matters, and return what it printed; CheckError with that if it fails."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=time_limit
        )
    except subprocess.TimeoutExpired as expired:
        raise CheckError(f"{name}: did not end within {time_limit:.0f} s:\n{_text(expired.output)}") from expired
    printed = (done.stdout + done.stderr).strip()
    if done.returncode != 0:
        raise CheckError(f"{name}:\n{printed}")
    return printed


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
