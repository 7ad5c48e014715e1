"""Linux namespaces of one process tree: mounts, processes and program formats of its own, gone when it ends.

The user namespace has the same user ids as this machine, so files keep their owners. Only root may set that up.
"""

import ctypes
import os
import signal
import threading
from pathlib import Path
from typing import NoReturn

# From <linux/sched.h>, <linux/mount.h> and <linux/prctl.h>.
NEW_USER, NEW_MOUNTS, NEW_HOST_NAME, NEW_PROCESSES = 0x10000000, 0x00020000, 0x04000000, 0x20000000
READ_ONLY, REMOUNT, BIND, RECURSIVE, PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
SET_PARENT_DEATH_SIGNAL = 1

USER_IDS = 65536

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def call(name: str, *arguments: int | bytes | None) -> None:
    """Call a function of the C library that returns -1 for an error.

    Raises
    ------
    OSError
        With the function's name and the system's words.
    """
    library = ctypes.CDLL(None, use_errno=True)
    # Numbers as the C library's longs: flags are unsigned long there.
    words = [ctypes.c_ulong(argument) if isinstance(argument, int) else argument for argument in arguments]
    if getattr(library, name)(*words) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source: Path | str, target: Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount `source` at `target`, a folder or for a bind mount also a file; OSError if the kernel refuses."""
    try:
        call("mount", str(source).encode(), str(target).encode(), kind.encode(), flags, options.encode())
    except OSError as error:
        raise OSError(error.errno, f"{kind or 'bind'} mount at {target}: {error.strerror}") from error


def bind(source: Path, target: Path, read_only: bool = False) -> None:
    """Show `source` at `target` too."""
    mount(source, target, flags=BIND)
    if read_only:
        # What the file system's own mount forbids has to be said again, or the kernel refuses.
        kept = os.statvfs(target).f_flag & (os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC)
        mount("none", target, flags=REMOUNT | BIND | READ_ONLY | kept)


def mount_devices(target: Path) -> None:
    """Make `target` a ``/dev`` with what every program may use."""
    mount("none", target, "tmpfs", options="mode=755")
    for name in DEVICES:
        (target / name).touch()
        bind(Path("/dev") / name, target / name)
    for name, number in {"stdin": 0, "stdout": 1, "stderr": 2}.items():
        (target / name).symlink_to(f"/proc/self/fd/{number}")
    (target / "fd").symlink_to("/proc/self/fd")
    (target / "shm").mkdir()
    mount("none", target / "shm", "tmpfs", options="mode=1777")


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    call("prctl", SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL))


def end_with_stdin() -> None:
    """End this process, and with process 1 all others of its namespaces, when its stdin ends."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def fork_into_namespaces() -> None:
    """Continue in a child that is process 1 of new namespaces, and is root there.

    This process waits for the child and exits with its status. The child ends when this process does.

    Raises
    ------
    OSError
        If the kernel or this user's rights do not allow it.
    """
    to_child, from_child = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        os.close(from_child[1])
        if os.read(from_child[0], 1):
            for name in ("uid_map", "gid_map"):
                Path(f"/proc/{child}/{name}").write_text(f"0 0 {USER_IDS}\n")
            os.write(to_child[1], b".")
        _exit_like(child)
    call("unshare", NEW_USER | NEW_MOUNTS | NEW_HOST_NAME | NEW_PROCESSES)
    os.close(to_child[1])
    os.write(from_child[1], b".")
    if not os.read(to_child[0], 1):
        os._exit(1)
    # Last, since a change of identity clears it.
    end_with_parent()
    first = os.fork()
    if first:
        _exit_like(first)
    end_with_parent()
    # Nothing that is mounted from here on is seen outside.
    mount("none", Path("/"), flags=RECURSIVE | PRIVATE)


def _exit_like(child: int) -> NoReturn:
    _, status = os.waitpid(child, 0)
    # One that a signal has ended has a negative code.
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 1)
