"""The systemd units that come with the package: what they start is there and works on a socket, as systemd has it."""

import configparser
import json
import shlex
import shutil
import socket
import subprocess
import time
from importlib.resources import files

import pytest

from edge.cli.main import make_app
from tests.stream.stream_process import COMMAND, PATIENCE

BUNDLE = "sentiment"
INSTALLED_COMMAND = "/opt/squeezebert-edge/bin/squeezebert-edge"
INSTALLED_BUNDLES = "/var/lib/squeezebert-edge"


def unit_text(name):
    return files("edge").joinpath("systemd", name).read_text(encoding="utf-8")


def unit(name):
    """Return the sections of a unit; systemd's files are INI files whose names keep their case."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(unit_text(name))
    return parser


@pytest.fixture
def command(small_bundle):
    """Return what the service starts, for the bundle of the tests."""
    line = unit("squeezebert-edge@.service")["Service"]["ExecStart"]
    line = line.replace(INSTALLED_COMMAND, COMMAND).replace(f"{INSTALLED_BUNDLES}/%j", str(small_bundle))
    assert "%" not in line
    return shlex.split(line)


def ask(connection, *lines):
    """Send lines, say that there are no more, and return the answers."""
    with connection, connection.makefile("rwb") as both:
        both.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        both.flush()
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(PATIENCE)
        return [json.loads(line) for line in both]


def test_service_starts_a_verb_with_options_that_there_are():
    words = shlex.split(unit("squeezebert-edge@.service")["Service"]["ExecStart"])
    verb = next(command for command in make_app().registered_commands if command.name == words[1])

    assert words[0] == INSTALLED_COMMAND
    assert words[2] == f"{INSTALLED_BUNDLES}/%j"
    assert verb.callback.__annotations__.keys() >= {word.removeprefix("--") for word in words[3:]}


def test_connection_is_stdin_and_stdout_of_the_service(command):
    here, there = socket.socketpair()
    with there:
        process = subprocess.Popen(command, stdin=there, stdout=there, stderr=subprocess.PIPE)

    answers = ask(here, {"id": 1, "text": "great movie"}, "not good")

    assert [answer["line"] for answer in answers] == [1, 2]
    _, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (0, b"")


def test_client_that_goes_away_leaves_no_failed_service(command):
    here, there = socket.socketpair()
    with there:
        process = subprocess.Popen(command, stdin=there, stdout=there, stderr=subprocess.PIPE)
    here.sendall(b'"pay"\n' * 1000)
    here.recv(1)
    here.close()

    _, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (0, b"")


def test_socket_and_service_use_each_other():
    service, listening = unit("squeezebert-edge@.service"), unit("squeezebert-edge.socket")

    assert listening["Socket"]["Accept"] == "yes"
    assert service["Service"]["StandardInput"] == "socket"
    assert service["Service"]["StandardOutput"] == "socket"
    assert "Install" not in service


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_finds_nothing_wrong(tmp_path):
    service = unit_text("squeezebert-edge@.service").replace(INSTALLED_COMMAND, COMMAND)
    (tmp_path / f"squeezebert-edge-{BUNDLE}@.service").write_text(service)
    (tmp_path / f"squeezebert-edge-{BUNDLE}.socket").write_text(unit_text("squeezebert-edge.socket"))

    finished = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))], capture_output=True, text=True
    )

    assert finished.returncode == 0, finished.stderr
    # It says so, and no more, where it does not know a word.
    assert "squeezebert-edge" not in finished.stderr


@pytest.mark.skipif(shutil.which("systemd-socket-activate") is None, reason="needs systemd")
def test_systemd_starts_a_process_for_each_connection(command, tmp_path):
    path = tmp_path / "socket"
    listener = subprocess.Popen(
        ["systemd-socket-activate", "--listen", str(path), "--accept", "--inetd", *command], stderr=subprocess.DEVNULL
    )
    try:
        first, second = (connected(path) for _ in range(2))
        assert [answer["line"] for answer in ask(second, "pay", "bill")] == [1, 2]
        assert [answer["line"] for answer in ask(first, "pay")] == [1]
    finally:
        listener.terminate()
        listener.wait(PATIENCE)


def connected(path):
    """Return a connection to the socket, as soon as somebody listens."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            assert time.monotonic() < deadline
            time.sleep(0.02)
