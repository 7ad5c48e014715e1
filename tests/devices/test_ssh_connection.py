"""Connections that do not come about, without a machine to connect to."""

import shutil
import socket
import threading

import pytest

from edge.devices.ssh_client import destination_words
from edge.devices.ssh_connection import connect
from edge.errors import DeviceError, InputError, MissingPackageError

with_ssh = pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh here")


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ("board", ["--", "board"]),
        ("pi@raspberrypi.local", ["--", "pi@raspberrypi.local"]),
        ("pi@192.168.1.7:2222", ["-p", "2222", "--", "pi@192.168.1.7"]),
        ("pi@fe80::1%eth0", ["--", "pi@fe80::1%eth0"]),
    ],
)
def test_a_destination_is_one_word_for_ssh(destination, words):
    assert destination_words(destination) == words


@pytest.mark.parametrize(
    "destination",
    ["", "-oProxyCommand=touch hacked", "-lroot", "pi@-oProxyCommand=x", "@board", "pi@", "a b", "a;b", "$(x)", "a\nb"],
)
def test_what_is_no_machine_is_refused(destination):
    with pytest.raises(InputError, match="is no machine for ssh; give ssh:USER@HOST"):
        destination_words(destination)


@with_ssh
def test_a_machine_without_an_ssh_server():
    with socket.socket() as taken:
        # Taken, but nobody listens.
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        with (
            pytest.raises(DeviceError, match=r"^ssh:here: no ssh server answers there: turn it on"),
            connect("ssh:here", f"127.0.0.1:{port}"),
        ):
            pass


@with_ssh
def test_a_machine_that_there_is_not():
    with (
        pytest.raises(DeviceError, match=r"^ssh:nowhere: there is no machine of that name: check the name"),
        # RFC 2606: never a name of a machine.
        connect("ssh:nowhere", "nowhere.invalid"),
    ):
        pass


@with_ssh
def test_a_server_that_is_none():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            with server.accept()[0] as accepted:
                accepted.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            pytest.raises(DeviceError, match=r"^ssh:web: .*; try 'ssh 127\.0\.0\.1'"),
            connect("ssh:web", f"127.0.0.1:{port}"),
        ):
            pass
        thread.join()


def test_a_machine_without_ssh_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(MissingPackageError, match="no 'ssh' on this machine; install openssh-client"),
        connect("ssh:board", "board"),
    ):
        pass
