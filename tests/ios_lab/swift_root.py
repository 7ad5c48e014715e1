"""A program in the laboratory's root: ``python -m tests.ios_lab.swift_root DESCRIPTION`` ends as the program does.

The program has mounts and processes of its own. It sees Debian with Swift, an empty ``/tmp``, and the folders of this
machine that the description names, at their own paths; stdin, stdout, stderr and inherited file descriptors are its
own. All processes and mounts end with the program, or with the process that started it.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.device_lab.namespaces import (
    BIND,
    RECURSIVE,
    bind,
    end_with_parent,
    fork_into_namespaces,
    mount,
    mount_devices,
)
from tests.ios_lab.laboratory import BUILD_FOLDER, IosLab
from tests.laboratory.build_step import REPOSITORY
from tests.laboratory.tool import run_tool

# Seconds; a first build of all takes two minutes on two idle cores.
TIME_LIMIT = 900.0

PATH = "/usr/libexec/swift/bin:/usr/bin"
# Where the root is put together, in memory: a folder of every Linux that holds no files of anybody.
PLACE = Path("/sys")
# Of the laboratory; the rest is made at each start.
READ_ONLY = ("usr", "etc")
MERGED = ("bin", "lib", "lib64", "sbin")


@dataclass(frozen=True)
class Program:
    """What runs; paths are this machine's.

    Attributes
    ----------
    root
        `IosLab.root`.
    folders
        What the program sees, and may change, of this machine.
    working_folder
        In one of `folders`.
    parent
        Process that the program ends with.
    """

    root: str
    folders: list[str]
    working_folder: str
    environment: dict[str, str]
    command: list[str]
    parent: int


def root_command(
    lab: IosLab,
    command: Sequence[str],
    folder: Path = REPOSITORY,
    more_folders: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Return what this process has to start, in `REPOSITORY`, for `command` to run in the root.

    Parameters
    ----------
    folder
        Where it starts.
    more_folders
        What it sees beside the repository.
    environment
        What it finds in its environment beside PATH and HOME.
    """
    home = BUILD_FOLDER / "home"
    home.mkdir(parents=True, exist_ok=True)
    names = {"PATH": PATH, "HOME": str(home), **(environment or {})}
    folders = [str(path.absolute()) for path in (REPOSITORY, *more_folders)]
    program = Program(str(lab.root), folders, str(folder.absolute()), names, list(command), os.getpid())
    return [sys.executable, "-m", "tests.ios_lab.swift_root", json.dumps(asdict(program))]


def run_in_root(lab: IosLab, command: Sequence[str], name: str, **settings: Any) -> str:
    """Run a program in the root and return what it printed; `settings` are those of `root_command`.

    Raises
    ------
    CheckError
        With what it printed, if it fails.
    """
    return run_tool(root_command(lab, command, **settings), name, REPOSITORY, TIME_LIMIT)


def run(program: Program) -> None:
    """Set the root up around this process, which is process 1 of its namespaces; ends this process."""
    root = PLACE
    mount("none", root, "tmpfs", options="mode=755")
    for name in READ_ONLY:
        (root / name).mkdir()
        bind(Path(program.root) / name, root / name, read_only=True)
    for name in MERGED:
        (root / name).symlink_to(f"usr/{name}")
    for name in ("tmp", "var/tmp"):
        (root / name).mkdir(parents=True)
        (root / name).chmod(0o1777)
    (root / "proc").mkdir()
    mount("proc", root / "proc", "proc")
    (root / "dev").mkdir()
    mount_devices(root / "dev")
    for folder in program.folders:
        target = root / folder.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        # With what is mounted in it: the kernel shows no part of a tree that somebody else has mounted.
        mount(folder, target, flags=BIND | RECURSIVE)
    os.chroot(root)
    os.chdir(program.working_folder)
    started = os.posix_spawnp(program.command[0], program.command, program.environment)
    # Process 1 takes over the children of those that ended, and has to take note of their ends.
    while True:
        ended, status = os.wait()
        if ended == started:
            code = os.waitstatus_to_exitcode(status)
            # As a shell reports the end by a signal.
            os._exit(code if code >= 0 else 128 - code)


def main() -> None:
    """Be the program."""
    program = Program(**json.loads(sys.argv[1]))
    end_with_parent()
    if os.getppid() != program.parent:
        sys.exit("the process that started this one has ended")
    try:
        fork_into_namespaces()
        # By this name the command is looked for.
        os.environ["PATH"] = program.environment["PATH"]
        run(program)
    except OSError as error:
        print(f"no Swift here: {error.strerror}", file=sys.stderr)
        os._exit(2)


if __name__ == "__main__":
    main()
