"""EdgeKit's DesktopProgram: the iOS app without its screen, and with the runtimes of `edge.runtimes` for its own.

``python -m tests.ios_lab.desktop_program PROGRAM SYSTEM_VERSION CONTAINER WORD ...`` is one launch of it: CONTAINER is
the app's data container, SYSTEM_VERSION is the iOS that it takes itself to run on, and the words are those that the app
is launched with.
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tests.ios_lab.laboratory import IosLab, default_folder
from tests.ios_lab.swift_root import root_command
from tests.laboratory.build_step import REPOSITORY
from tests.laboratory.served_runtimes import serve

SYSTEM_VERSION = "18.2"


@dataclass(frozen=True)
class DesktopProgram:
    """The compiled program, which runs in the laboratory's root.

    Attributes
    ----------
    folders
        What it sees beside the repository and its container.
    """

    lab: IosLab
    program: Path
    folders: tuple[Path, ...] = ()
    system_version: str = SYSTEM_VERSION

    def run(self, container: Path, *words: object) -> int:
        """Launch it, serve it until it ends, and return its exit status."""
        command = root_command(
            self.lab, [str(self.program), *map(str, words)], folder=container, more_folders=[*self.folders, container]
        )
        versions = {"iOS": self.system_version, "executorch": metadata.version("executorch")}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY, encoding="utf-8"
        ) as process:
            questions, answers = process.stdout, process.stdin
            assert questions is not None
            assert answers is not None

            def write(line: str) -> None:
                answers.write(line + "\n")
                answers.flush()

            # It may end before it has asked anything.
            with suppress(BrokenPipeError):
                serve(versions, questions.readline, write)
        return process.returncode

    def launcher(self, container: Path) -> list[str]:
        """Return a command, for the repository as its working folder, that launches it with the words behind it."""
        module = [sys.executable, "-m", "tests.ios_lab.desktop_program"]
        return [*module, str(self.program), self.system_version, str(container)]


def main(words: Sequence[str]) -> None:
    """Be one launch."""
    program, system_version, container, *arguments = words
    desktop = DesktopProgram(IosLab(default_folder()), Path(program), system_version=system_version)
    sys.exit(desktop.run(Path(container), *arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
