"""The command line of a laboratory: a check by its name, and an end as that of the product's."""

import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from edge.child_process import Stage
from edge.cli.progress import show_progress
from edge.errors import EdgeError, InputError


class Laboratory(Protocol):
    """What is installed in a folder."""

    @property
    def folder(self) -> Path:
        """Where it lies."""


Lab = TypeVar("Lab", bound=Laboratory)

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def run_check(
    arguments: Sequence[str],
    usage: str,
    checks: Mapping[str, Callable[[Lab, Sequence[str]], object]],
    with_words: Collection[str],
    install: Callable[[Stage], Lab],
) -> None:
    """Install, run the check that the command line names, and print what it returns; without a name, the folder.

    Parameters
    ----------
    with_words
        Names of the checks that take more words.

    Raises
    ------
    InputError
        With `usage`, if the words name no check; and what `install` and the check raise.
    """
    name, words = (arguments[0], arguments[1:]) if arguments else (None, [])
    if name is not None and (name not in checks or (words and name not in with_words)):
        raise InputError(usage)
    with show_progress() as stage:
        lab = install(stage)
    print(lab.folder if name is None else checks[name](lab, words))


def run_and_exit(run: Callable[[Sequence[str]], None]) -> None:
    """Call `run` with the words of the command line; exit with its error's status, in one line on stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(sys.argv[1:])
    except EdgeError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
