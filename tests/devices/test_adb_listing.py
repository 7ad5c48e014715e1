"""Which device is meant, and what the user is told if that is not clear; no adb is needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.android_debug_bridge import AttachedDevice, choose_device, find_adb, parse_devices
from edge.errors import InputError

# As adb 29 to 36 print it: the first lines where the server had to be started.
LISTING = """* daemon not running; starting now at tcp:5037
* daemon started successfully
List of devices attached
0A1B2C3D               device usb:1-1 product:shiba model:Pixel_8 device:shiba transport_id:1
R58M12ABCDE            unauthorized usb:1-2 transport_id:2
192.168.1.20:5555      offline transport_id:3
adb-XYZ (2)._adb-tls-connect._tcp device product:a model:SM_S921B device:e1s transport_id:4
ZY223                  no permissions (user in plugdev group; are your udev rules wrong?); see [http://developer.android.com/tools/device.html] usb:1-3 transport_id:5
"""  # noqa: E501 (as it is printed)

PHONE = AttachedDevice("0A1B2C3D", "device", "Pixel_8")
OTHER = AttachedDevice("192.168.1.20:5555", "device")


def test_devices_are_listed_with_state_and_model():
    phone, locked, offline, wireless, forbidden = parse_devices(LISTING)

    assert phone == PHONE
    assert locked == AttachedDevice("R58M12ABCDE", "unauthorized")
    assert offline == AttachedDevice("192.168.1.20:5555", "offline")
    assert wireless == AttachedDevice("adb-XYZ (2)._adb-tls-connect._tcp", "device", "SM_S921B")
    assert (forbidden.serial, forbidden.state[:14]) == ("ZY223", "no permissions")


def test_the_only_device_needs_no_name():
    assert choose_device([PHONE], "") == PHONE


def test_one_of_several_is_named():
    assert choose_device([PHONE, OTHER], OTHER.serial) == OTHER


def test_several_devices_are_listed():
    with pytest.raises(InputError) as raised:
        choose_device([PHONE, OTHER], "")

    assert str(raised.value) == (
        "adb sees several devices, name one with --device adb:SERIAL: 0A1B2C3D (Pixel_8), 192.168.1.20:5555"
    )


def test_another_serial_is_answered_with_those_that_are_there():
    with pytest.raises(InputError, match=r"^adb sees no device 99, only 0A1B2C3D \(Pixel_8\)$"):
        choose_device([PHONE], "99")


def test_without_a_device_the_user_reads_what_to_switch_on():
    with pytest.raises(InputError, match=r"adb sees no device: .* USB debugging"):
        choose_device([], "")


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        ("unauthorized", "allow USB debugging from this computer"),
        ("offline", "unplug and plug it in again"),
        ("no permissions (missing udev rules?)", "udev rules"),
        ("recovery", "start Android"),
        ("something new", "adb kill-server"),
    ],
)
def test_a_device_that_takes_no_commands_is_refused_with_advice(state, advice):
    with pytest.raises(InputError, match=f"^adb:1 is .*: .*{advice}"):
        choose_device([AttachedDevice("1", state)], "")


def test_a_machine_without_adb_is_told_how_to_get_it(monkeypatch, tmp_path):
    for name in ("PATH", "ANDROID_HOME", "ANDROID_SDK_ROOT"):
        monkeypatch.setenv(name, str(tmp_path))

    with pytest.raises(InputError, match="adb is not on this machine: install"):
        find_adb()


def test_adb_of_the_android_sdk_is_found(monkeypatch, tmp_path):
    adb = tmp_path / "platform-tools" / "adb"
    adb.parent.mkdir()
    adb.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path))

    assert find_adb() == adb


LINES = st.sampled_from(LISTING.splitlines()) | st.text()


@given(st.lists(LINES, max_size=5).map("\n".join))
def test_no_listing_breaks_it(text):
    for device in parse_devices(text):
        assert device.serial
        assert device.state
