"""devicectl's documents, as Xcode 15 to 27 write them, and what the user is told."""

import json
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.ios_devicectl import find_devicectl, parse_result
from edge.devices.ios_devices import choose_device, parse_devices
from edge.errors import DeviceError, InputError

# As Xcode 16 writes it, with its identifiers changed: an iPhone on a cable, one that is not there, an unpaired iPad, a
# watch and a simulator.
DEVICES = {
    "devices": [
        {
            "capabilities": [
                {"featureIdentifier": "com.apple.coredevice.feature.connectdevice", "name": "Connect to Device"}
            ],
            "connectionProperties": {
                "authenticationType": "manualPairing",
                "isMobileDeviceOnly": False,
                "lastConnectionDate": "2026-01-27T23:24:05.892Z",
                "pairingState": "paired",
                "potentialHostnames": ["00001234-000000001234CDEF.coredevice.local"],
                "transportType": "wired",
                "tunnelState": "connected",
                "tunnelTransportProtocol": "tcp",
            },
            "deviceProperties": {
                "bootedFromSnapshot": True,
                "ddiServicesAvailable": True,
                "developerModeStatus": "enabled",
                "name": "MyPhone",
                "osBuildUpdate": "22C55",
                "osVersionNumber": "18.2",
            },
            "hardwareProperties": {
                "cpuType": {"name": "arm64e", "subType": 2, "type": 16777228},
                "deviceType": "iPhone",
                "marketingName": "iPhone 16",
                "platform": "iOS",
                "productType": "iPhone17,3",
                "reality": "physical",
                "udid": "00001234-000000001234CDEF",
            },
            "identifier": "AAAAAAAA-1111-2222-3333-BBBBBBBBBBBB",
            "visibilityClass": "default",
        },
        {
            "connectionProperties": {"pairingState": "paired", "tunnelState": "unavailable"},
            "deviceProperties": {"name": "Old phone", "osVersionNumber": "17.4.1"},
            "hardwareProperties": {"platform": "iOS", "productType": "iPhone14,5", "udid": "00008110-1"},
            "identifier": "AAAAAAAA-1111-2222-3333-000000000002",
        },
        {
            "connectionProperties": {"pairingState": "unpaired", "transportType": "localNetwork"},
            "deviceProperties": {"name": "Studio iPad", "osVersionNumber": "17.6"},
            "hardwareProperties": {"platform": "iPadOS", "productType": "iPad13,1", "udid": "00008101-2"},
            "identifier": "AAAAAAAA-1111-2222-3333-000000000003",
        },
        {
            "deviceProperties": {"name": "Watch"},
            "hardwareProperties": {"platform": "watchOS", "udid": "00008301-3"},
            "identifier": "AAAAAAAA-1111-2222-3333-000000000004",
        },
        {
            "hardwareProperties": {"platform": "iOS", "reality": "simulated", "udid": "CCCC"},
            "identifier": "AAAAAAAA-1111-2222-3333-000000000005",
        },
    ]
}


def failed(error):
    """Return the document of a command that failed."""
    return json.dumps({"error": error, "info": {"jsonVersion": 2, "outcome": "failed", "version": "397.28"}})


def test_only_real_phones_and_tablets_are_listed():
    phone, old, tablet = parse_devices(DEVICES)

    assert (str(phone), phone.system_version) == ("00001234-000000001234CDEF (iPhone 16)", "18.2")
    assert (phone.is_reachable, phone.is_paired, phone.has_developer_mode) == (True, True, True)
    assert (str(old), old.is_reachable, old.has_developer_mode) == ("00008110-1 (iPhone14,5)", False, None)
    assert (str(tablet), tablet.is_reachable, tablet.is_paired) == ("00008101-2 (iPad13,1)", None, False)


def test_a_device_is_named_by_udid_identifier_or_name():
    devices = parse_devices(DEVICES)

    for address in ("00001234-000000001234CDEF", "AAAAAAAA-1111-2222-3333-BBBBBBBBBBBB", "MyPhone"):
        assert choose_device(devices, address) == devices[0]


def test_the_only_connected_device_needs_no_name():
    devices = parse_devices(DEVICES)[:2]

    assert choose_device(devices, "") == devices[0]


@pytest.mark.parametrize(
    ("count", "address", "message"),
    [
        (0, "", "Xcode knows no iPhone or iPad: plug one in"),
        (
            3,
            "",
            r"several devices are connected, name one with --device ios:UDID: 00001234-000000001234CDEF \(iPhone 16",
        ),
        (3, "other", r"Xcode knows no device 'other', only 00001234-000000001234CDEF \(iPhone 16\), "),
        (3, "Old phone", "^ios:00008110-1 is not connected: plug it in and unlock it$"),
        (3, "Studio iPad", "^ios:00008101-2 is not paired: unlock it and trust this Mac$"),
    ],
)
def test_what_the_user_has_to_do_is_one_line(count, address, message):
    with pytest.raises(InputError, match=message):
        choose_device(parse_devices(DEVICES)[:count], address)


def test_developer_mode_is_asked_for():
    entry = json.loads(json.dumps(DEVICES["devices"][0]).replace('"enabled"', '"disabled"'))

    with pytest.raises(InputError, match="is not in developer mode: Settings, Privacy & Security"):
        choose_device(parse_devices({"devices": [entry]}), "")


def test_a_result_is_returned():
    document = json.dumps({"info": {"outcome": "success", "jsonVersion": 2}, "result": DEVICES})

    assert parse_result("ios", document, "") == DEVICES


def test_a_device_that_is_not_there():
    error = {
        "code": 1000,
        "domain": "com.apple.dt.CoreDeviceError",
        "userInfo": {"NSLocalizedDescription": {"string": "The specified device was not found."}},
    }

    with pytest.raises(DeviceError, match=r"^ios:1: it is not there: plug it in, unlock it"):
        parse_result("ios:1", failed(error), "ERROR: The specified device was not found.")


@pytest.mark.parametrize(
    ("code", "remedy"), [(7, "it is locked: unlock it"), (3, "does not trust the app's developer")]
)
def test_a_launch_that_the_device_refuses(code, remedy):
    """The reason lies three errors deep."""
    inner = {"code": code, "domain": "FBSOpenApplicationErrorDomain", "userInfo": {}}
    middle = {"code": 1, "domain": "FBSOpenApplicationServiceErrorDomain", "userInfo": _because(inner)}
    error = {"code": 10002, "domain": "com.apple.dt.CoreDeviceError", "userInfo": _because(middle)}

    with pytest.raises(DeviceError, match=f"^ios:1: .*{remedy}"):
        parse_result("ios:1", failed(error), "")


def _because(error):
    return {
        "NSLocalizedDescription": {"string": "The application failed to launch."},
        "NSUnderlyingError": {"error": error},
    }


def test_another_error_is_told_by_its_innermost_description():
    inner = {"code": 28, "domain": "NSPOSIXErrorDomain", "userInfo": _because(None)}
    inner["userInfo"]["NSLocalizedDescription"]["string"] = "No space left\non device"
    error = {"code": 1, "domain": "com.apple.dt.CoreDeviceError", "userInfo": _because(inner)}

    with pytest.raises(DeviceError, match=r"^ios:1: devicectl failed: No space left on device$"):
        parse_result("ios:1", failed(error), "")


def test_without_a_document_the_last_line_counts():
    with pytest.raises(DeviceError, match=r"^ios:1: devicectl failed: Error: Missing value for '-t <seconds>'$"):
        parse_result("ios:1", "", "some words\nError: Missing value for '-t <seconds>'\n")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "result", "info", "userInfo", "NSUnderlyingError", "domain", "code", "devices"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.text())
def test_no_document_breaks_it(document, printed):
    for text in (json.dumps(document), printed):
        with suppress(DeviceError):
            parse_devices(parse_result("ios:1", text, printed))


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_other_systems_are_told_that_they_are_none():
    with pytest.raises(InputError, match="through Xcode, which is on macOS only; run this on a Mac"):
        find_devicectl()
