"""An emulated AArch64 machine: ``python -m tests.device_lab.machine machine.json`` runs until its stdin ends.

Its processes run under qemu-user: the kernel starts qemu for each AArch64 program, since qemu is registered in
binfmt_misc, which each user namespace has for itself. This machine's own settings are not touched. All mounts and
processes of the machine end with it, however it ends.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from tests.device_lab.namespaces import bind, call, end_with_stdin, fork_into_namespaces, mount, mount_devices
from tests.device_lab.root import CERTIFICATES

# ELF, 64 bits, little-endian, AArch64 (machine 0xb7), an executable or a shared object; as in Debian's qemu-user.
AARCH64_HEADER = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
AARCH64_MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
BINARY_FORMATS = Path("/proc/sys/fs/binfmt_misc")

REPOSITORY = Path(__file__).parents[2]
STOP_SECONDS = 60

# Empty at each start, as on a board.
MEMORY_FOLDERS = ("tmp", "run", "var/tmp")
# What is looked up on the network is found as on this machine, and trusted as there.
NETWORK_FILES = ("etc/resolv.conf", "etc/hosts", CERTIFICATES)


@dataclass(frozen=True)
class Folder:
    """A folder of this machine that an emulated one sees.

    Attributes
    ----------
    access
        What the emulated machine writes there: nothing, this folder, or a copy that ends with it.
    """

    path: str
    access: Literal["read", "write", "own copy"]


@dataclass(frozen=True)
class Machine:
    """What a machine is made of; paths are this machine's.

    Attributes
    ----------
    root
        Debian for AArch64; the emulated machine cannot write there.
    emulator
        A static qemu-aarch64.
    processor
        qemu's name of the processor.
    folders
        Folders of this machine by their paths in the emulated one, which have to be there, outer ones first.
    command
        What runs there; the machine ends with it.
    """

    root: str
    emulator: str
    host_name: str
    processor: str
    folders: dict[str, Folder]
    command: list[str]


def start(machine: Machine, description: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a machine that runs until `stop`, or until this process has ended.

    Parameters
    ----------
    description
        File to be written for the program.
    log
        File for what the machine prints.
    """
    description.write_text(json.dumps(asdict(machine), indent=1) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.device_lab.machine", str(description)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with log.open("wb") as output:
        # In a session of its own, so that an interrupt reaches only the one that stops the machine.
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a machine with all its processes and mounts."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait(STOP_SECONDS)


def run(machine: Machine) -> None:
    """Set the machine up around this process, which is process 1 of it; ends this process."""
    _register(Path(machine.emulator))
    root = Path(machine.root)
    bind(root, root, read_only=True)
    _mount_folders(machine, root)
    call("sethostname", machine.host_name.encode(), len(machine.host_name))
    os.chroot(root)
    os.chdir("/")
    end_with_stdin()
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "QEMU_CPU": machine.processor}
    command = os.posix_spawn(
        machine.command[0], machine.command, environment, file_actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", 0, 0)]
    )
    # Process 1 takes over the children of those that ended, and has to take note of their ends.
    while True:
        ended, status = os.wait()
        if ended == command:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _register(emulator: Path) -> None:
    """Have the kernel start `emulator` for AArch64 programs of this user namespace."""
    mount("none", BINARY_FORMATS, "binfmt_misc")
    # P: with the program's own argument 0. F: opened here, so that it is found from within the root.
    line = f":qemu-aarch64:M::{AARCH64_HEADER}:{AARCH64_MASK}:{emulator}:PF"
    (BINARY_FORMATS / "register").write_text(line, encoding="ascii")


def _mount_folders(machine: Machine, root: Path) -> None:
    mount("proc", root / "proc", "proc")
    mount_devices(root / "dev")
    (root / "dev/pts").mkdir()
    mount("none", root / "dev/pts", "devpts", options="newinstance,ptmxmode=666,mode=620")
    (root / "dev/ptmx").symlink_to("pts/ptmx")
    for name in MEMORY_FOLDERS:
        mount("none", root / name, "tmpfs", options="mode=1777")
    (root / "run/sshd").mkdir(mode=0o755)
    for name in NETWORK_FILES:
        if Path("/", name).exists():
            bind(Path("/", name).resolve(), root / name)
    for number, (place, folder) in enumerate(machine.folders.items()):
        target = root / place.lstrip("/")
        if folder.access == "own copy":
            _mount_copy(Path(folder.path), target, root / f"run/copies/{number}")
        else:
            bind(Path(folder.path), target, read_only=folder.access == "read")


def _mount_copy(folder: Path, target: Path, changes: Path) -> None:
    """Show `folder` at `target`; what is changed there lies in memory, in `changes`."""
    for name in ("upper", "work"):
        (changes / name).mkdir(parents=True)
    owner = folder.stat()
    os.chown(changes / "upper", owner.st_uid, owner.st_gid)
    options = f"lowerdir={folder},upperdir={changes / 'upper'},workdir={changes / 'work'},userxattr"
    mount("none", target, "overlay", options=options)


def main() -> None:
    """Be the program."""
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folders = {place: Folder(**folder) for place, folder in document.pop("folders").items()}
    try:
        fork_into_namespaces()
        run(Machine(**document, folders=folders))
    except OSError as error:
        sys.exit(f"no emulated machine here: {error.strerror}")


if __name__ == "__main__":
    main()
