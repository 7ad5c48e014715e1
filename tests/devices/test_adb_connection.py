"""Commands and files over a real adb: client, server, and the daemon in a root with Android's shell."""

import threading

import pytest

from edge.devices.android_connection import AdbConnection
from edge.devices.android_debug_bridge import attached_devices, choose_device, find_adb
from edge.errors import DeviceError
from tests.device_lab.phone_machine import SERIAL
from tests.devices.waiting import wait_until

pytest_plugins = ["tests.device_lab.phone_fixtures"]
pytestmark = pytest.mark.device

STORAGE = "/data/local/tmp"


@pytest.fixture
def connection(phone):
    """Return the connection to the only phone that adb sees."""
    adb = find_adb()
    return AdbConnection(adb, choose_device(attached_devices(adb), "").serial)


def test_a_command_s_status_and_both_its_streams_come_back(connection):
    finished = connection.run("echo out; echo err >&2; exit 3")

    assert (finished.status, finished.stdout, finished.stderr) == (3, "out\n", "err\n")


def test_a_command_may_be_any_shell_text(connection):
    finished = connection.run("# a comment\nprintf '%s|' 'a  b' \"c'd\" *no-such* ü\n# the end")

    assert finished.stdout == "a  b|c'd|*no-such*|ü|"


def test_a_syntax_error_is_the_command_s_and_not_the_connection_s(connection):
    finished = connection.run("if true; then")

    assert finished.status != 0
    assert "syntax error" in finished.stderr


def test_the_shell_is_android_s(connection):
    assert "MIRBSD KSH" in connection.run("echo $KSH_VERSION").stdout


def test_files_go_there_and_back(connection, tmp_path):
    (tmp_path / "file").write_bytes(bytes(range(256)) * 4000)

    connection.push(tmp_path / "file", f"{STORAGE}/file")
    connection.pull(f"{STORAGE}/file", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == (tmp_path / "file").read_bytes()


def test_a_file_that_is_not_there_cannot_be_pulled(connection, tmp_path):
    with pytest.raises(DeviceError, match=f"^adb:{SERIAL}: /data/nothing could not be pulled .*No such file"):
        connection.pull("/data/nothing", tmp_path / "back")


def test_stdin_stays_open_while_a_command_runs(connection):
    assert connection.run("timeout 0.5 cat || echo cat was still reading").stdout == "cat was still reading\n"


def test_a_held_command_runs_until_it_is_released(connection, phone):
    held = connection.hold("echo ready; cat >/dev/null; echo done >/data/done")
    assert held.first_line(120) == "ready"
    wait_until(lambda: "cat" in phone.processes())

    held.release()

    wait_until((phone.data / "done").exists)
    assert phone.processes() == []


def test_a_held_command_that_prints_nothing_is_noticed(connection):
    held = connection.hold("cat >/dev/null")

    with pytest.raises(DeviceError, match=r"no answer within 0.2 s"):
        held.first_line(0.2)
    held.release()


def test_a_time_limit_ends_the_command_on_the_phone(connection, phone):
    with pytest.raises(DeviceError, match=r"no answer within 0.5 s"):
        connection.run("cat >/dev/null", 0.5)

    wait_until(lambda: phone.processes() == [])


def test_pulling_the_cable_out_ends_the_command_on_both_sides(connection, phone):
    """adb itself reports success then."""

    def pull_out():
        wait_until(lambda: "cat" in phone.processes())
        phone.unplug()

    beside = threading.Thread(target=pull_out)
    beside.start()
    with pytest.raises(DeviceError, match=f"^adb:{SERIAL}: the connection was lost .*; plug it in again"):
        connection.run("cat >/dev/null")

    beside.join()

    phone.plug_in()
    wait_until(lambda: phone.processes() == [])


def test_without_a_phone_nothing_works_and_all_say_why(connection, phone, tmp_path):
    (tmp_path / "file").touch()
    phone.unplug()

    for attempt in (
        lambda: connection.run("true"),
        lambda: connection.push(tmp_path / "file", f"{STORAGE}/file"),
        lambda: connection.pull(f"{STORAGE}/file", tmp_path / "back"),
        lambda: connection.hold("echo never").first_line(120),
    ):
        with pytest.raises(DeviceError, match=r"the connection was lost .*not found"):
            attempt()
