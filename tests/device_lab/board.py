"""A board on the network: an emulated Raspberry Pi with a real sshd, and what can go wrong with one."""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError
from tests.device_lab.board_files import write_board_files
from tests.device_lab.laboratory import DeviceLab
from tests.device_lab.machine import Folder, Machine, start, stop
from tests.device_lab.processes import processes_beside
from tests.device_lab.root import USER, USER_ID

HOST = "board"
HOME = f"/home/{USER}"
SERVER = "/usr/sbin/sshd"
# What sshd starts itself with for each connection.
SESSION_OPTION = "-R"
PROCESSOR = "cortex-a76"
# Seconds that no machine takes.
START_SECONDS = 300
# Lower ones belong to services.
LOWEST_PORT = 10_000

# The keys' names are those that OpenSSH looks for.
SERVER_SETTINGS = """
ListenAddress 127.0.0.1
Port {port}
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PidFile none
SetEnv QEMU_CPU={processor}
"""
CLIENT_SETTINGS = """
Host {host}
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile {folder}/id_ed25519
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile none
    HostKeyAlias {host}
    StrictHostKeyChecking yes
"""


@dataclass(frozen=True)
class Board:
    """A running board.

    Attributes
    ----------
    folder
        Its files on this machine.
    config
        Configuration for ssh: the board is the host ``board`` in it.
    ssh
        The client that the board was tried with.
    root
        The folder that the board takes for ``/``.
    process
        The emulated machine.
    """

    folder: Path
    config: Path
    ssh: str
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def home(self) -> Path:
        """The user's home folder, ``/home/pi``, as this machine sees it."""
        return self.folder / "home"

    @property
    def programs(self) -> Path:
        """``/usr/local/bin``, which stands first in the board's PATH."""
        return self.folder / "programs"

    @property
    def system(self) -> Path:
        """``/sys``: what the kernel says of processor, temperature and model."""
        return self.folder / "machine" / "sys"

    @property
    def path(self) -> str:
        """A PATH whose ``ssh`` knows the board, for what has no option for a configuration."""
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"

    def run(self, command: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a line of shell there as the user, over ssh; its stdin is empty and stays open until it ends."""
        words = [self.ssh, "-F", str(self.config), HOST, command]
        reader, writer = os.pipe()
        try:
            return subprocess.run(words, capture_output=True, text=True, timeout=timeout, stdin=reader)
        finally:
            os.close(reader)
            os.close(writer)

    def put(self, file: Path) -> str:
        """Copy a file or a folder into the user's home folder; return its path on the board."""
        target = self.home / file.name
        if file.is_dir():
            shutil.copytree(file, target)
        else:
            shutil.copy(file, target)
        for path in (target, *target.rglob("*")):
            os.chown(path, USER_ID, USER_ID)
        return f"{HOME}/{file.name}"

    def processes(self) -> list[str]:
        """Return the command lines of the user's processes on the board, those of sshd left out."""
        found = processes_beside(self._first_process())
        return [" ".join(one.words) for one in found if one.user == USER_ID and one.words[0] != SERVER]

    def unplug(self) -> None:
        """Break all connections without a word, as a pulled plug does; what runs on the board goes on.

        The board can be reached again at once.
        """
        for one in processes_beside(self._first_process()):
            if one.words[0] == SERVER and one.words[-1] == SESSION_OPTION:
                one.kill()

    def power_off(self) -> None:
        """Take the power away: everything ends at once, and nothing answers any more."""
        stop(self.process)

    @contextmanager
    def full_disk(self, place: str, size: int) -> Iterator[None]:
        """Have a file system of `size` bytes at a folder of the board, which is made if it is not there."""
        if self.run(f"mkdir -p '{place}'").returncode != 0:
            raise InputError(f"{place}: cannot be made on the board")
        target = f"{self.root}{place}"
        options = f"size={size},uid={USER_ID},gid={USER_ID},mode=755"
        self._in_namespaces("mount", "-t", "tmpfs", "-o", options, "none", target)
        try:
            yield
        finally:
            if self.process.poll() is None:
                self._in_namespaces("umount", "--lazy", target)

    def _in_namespaces(self, *command: str) -> None:
        enter = ["nsenter", "--user", "--mount", "--target", str(self._first_process())]
        subprocess.run([*enter, *command], check=True, capture_output=True, text=True)

    def _first_process(self) -> int:
        """Return this machine's id of the board's process 1."""
        outside = self.process.pid
        for _ in range(2):
            outside = int(Path(f"/proc/{outside}/task/{outside}/children").read_text().split()[0])
        return outside


@contextmanager
def start_board(lab: DeviceLab, folder: Path, folders: Mapping[str, Folder] | None = None) -> Iterator[Board]:
    """Start a board and yield it when it can be logged in to; it ends with the context, or with this process.

    Parameters
    ----------
    folder
        For its files; it is made, and keeps the log.
    folders
        More of `Machine.folders`.

    Raises
    ------
    InputError
        If this machine cannot emulate it, in one line.
    """
    for name in ("home", "programs", "machine", "server", "bin"):
        (folder / name).mkdir(parents=True)
    os.chown(folder / "home", USER_ID, USER_ID)
    for place in folders or {}:
        # One that lies in another is there already.
        if place.startswith(f"{HOME}/") and not any(place.startswith(f"{outer}/") for outer in folders or {}):
            _make_place(folder / "home", place.removeprefix(f"{HOME}/"))
    write_board_files(folder / "machine" / "sys", os.cpu_count() or 1)
    port = _free_port()
    config, ssh = _write_settings(lab, folder, port)
    machine = Machine(
        root=str(lab.root),
        emulator=str(lab.emulator),
        host_name="raspberrypi",
        processor=PROCESSOR,
        folders={
            HOME: Folder(str(folder / "home"), "write"),
            "/usr/local/bin": Folder(str(folder / "programs"), "read"),
            "/etc/ssh": Folder(str(folder / "server"), "read"),
            "/sys": Folder(str(folder / "machine" / "sys"), "read"),
            **(folders or {}),
        },
        command=[SERVER, "-D", "-e"],
    )
    process = start(machine, folder / "machine.json", folder / "board.log")
    try:
        _wait_for_greeting(process, port, folder / "board.log")
        yield Board(folder, config, ssh, lab.root, process)
    finally:
        stop(process)


def _write_settings(lab: DeviceLab, folder: Path, port: int) -> tuple[Path, str]:
    """Write keys and settings of both sides; return the client's configuration and the client."""
    tools = os.pathsep.join([os.environ.get("PATH", os.defpath), str(lab.client)])
    ssh, keygen = shutil.which("ssh", path=tools), shutil.which("ssh-keygen", path=tools)
    assert ssh is not None
    assert keygen is not None
    server = folder / "server"
    for key in (server / "ssh_host_ed25519_key", folder / "id_ed25519"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", key.name, "-f", str(key)], check=True)
    shutil.copy(folder / "id_ed25519.pub", server / "authorized_keys")
    settings = SERVER_SETTINGS.format(port=port, processor=PROCESSOR)
    (server / "sshd_config").write_text(settings, encoding="ascii")
    host_key = (server / "ssh_host_ed25519_key.pub").read_text(encoding="ascii")
    (folder / "known_hosts").write_text(f"{HOST} {host_key}", encoding="ascii")
    config = folder / "ssh_config"
    config.write_text(CLIENT_SETTINGS.format(host=HOST, port=port, user=USER, folder=folder), encoding="utf-8")
    wrapper = folder / "bin" / "ssh"
    wrapper.write_text(f'#!/bin/sh\nexec "{ssh}" -F "{config}" "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return config, ssh


def _make_place(home: Path, place: str) -> None:
    """Make a folder that another one is mounted at."""
    made = home
    for part in Path(place).parts:
        made = made / part
        if not made.exists():
            made.mkdir()
            os.chown(made, USER_ID, USER_ID)


def _free_port() -> int:
    """Return a port that nobody listens at, and that the system gives to nobody by itself before the board has it."""
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(LOWEST_PORT, max(first_given, 2 * LOWEST_PORT))
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port


def _wait_for_greeting(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            if connection.recv(4) == b"SSH-":
                return
        time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
    raise InputError(f"no board here: {lines[-1]}")
