"""The namespaces of a stand-in for a phone: ``python -m tests.device_lab.phone_machine phone.json``.

Runs adb's daemon in the phone's root, and adb's server beside it; both are alone in a network of their own, since the
daemon listens on all interfaces. The server is reached through a socket in the file system. All processes and mounts
end with this program, which ends with its stdin.
"""

import fcntl
import json
import os
import socket
import struct
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.device_lab.namespaces import bind, call, end_with_stdin, fork_into_namespaces, mount, mount_devices
from tests.device_lab.phone_root import PLATFORM_TOOLS, client_command

# From <linux/sched.h> and <linux/sockios.h>.
NEW_NETWORK = 0x40000000
SET_INTERFACE_FLAGS, UP = 0x8914, 0x1

DAEMON_PORT = 15555
SERIAL = f"127.0.0.1:{DAEMON_PORT}"


@dataclass(frozen=True)
class PhoneMachine:
    """What a phone is made of; paths are this machine's.

    Attributes
    ----------
    root
        `tests.device_lab.phone_root`'s; the phone cannot write there.
    data, system
        Folders for the phone's ``/data`` and ``/sys``.
    socket
        Where adb's server is to listen; short, as the kernel wants it.
    home
        Folder for the server's keys.
    storage_bytes
        Size of ``/data/local/tmp``; None leaves it unlimited.
    """

    root: str
    data: str
    system: str
    socket: str
    home: str
    storage_bytes: int | None = None

    def write(self, path: Path) -> None:
        """Write the description that the program reads."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def run(machine: PhoneMachine) -> None:
    """Set the phone up around this process, which is process 1 of it; ends this process."""
    call("unshare", NEW_NETWORK)
    _switch_on("lo")
    root = Path(machine.root)
    server = [*client_command(root), "-L", f"localfilesystem:{machine.socket}", "nodaemon", "server"]
    _spawn(server, {"HOME": machine.home, "PATH": "/usr/bin:/bin"})
    bind(root, root, read_only=True)
    _mount_folders(machine, root)
    os.chroot(root)
    os.chdir("/")
    end_with_stdin()
    environment = {"PATH": "/system/bin", "HOME": "/", "ADBD_PORT": str(DAEMON_PORT)}
    daemon = _spawn([f"/{PLATFORM_TOOLS}/adbd"], environment)
    # Process 1 takes over the children of those that ended, and has to take note of their ends.
    while True:
        ended, status = os.wait()
        if ended == daemon:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _switch_on(interface: str) -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", interface.encode(), UP)
        fcntl.ioctl(any_socket, SET_INTERFACE_FLAGS, request)


def _spawn(command: list[str], environment: dict[str, str]) -> int:
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", 0, 0)]
    return os.posix_spawn(command[0], command, environment, file_actions=actions)


def _mount_folders(machine: PhoneMachine, root: Path) -> None:
    mount("proc", root / "proc", "proc")
    mount("none", root / "tmp", "tmpfs", options="mode=1777")
    mount_devices(root / "dev")
    bind(Path(machine.data), root / "data")
    bind(Path(machine.system), root / "sys", read_only=True)
    if machine.storage_bytes is not None:
        mount("none", root / "data/local/tmp", "tmpfs", options=f"mode=771,size={machine.storage_bytes}")


def main() -> None:
    """Be the program."""
    machine = PhoneMachine(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    try:
        fork_into_namespaces()
        run(machine)
    except OSError as error:
        sys.exit(f"no phone here: {error.strerror}")


if __name__ == "__main__":
    main()
