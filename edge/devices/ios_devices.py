"""The iPhones and iPads that Xcode knows, and which of them is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.errors import InputError

# As devicectl's JSON has them; iPads were "iOS" for it at first.
PLATFORMS = ("iOS", "iPadOS")


@dataclass(frozen=True)
class IOSDevice:
    """An entry of ``devicectl list devices``.

    Attributes
    ----------
    identifier
        CoreDevice's, which every command takes.
    name
        That its owner gave it; it is not passed on.
    is_reachable, is_paired, has_developer_mode
        None where devicectl does not say.
    """

    identifier: str
    udid: str
    name: str
    model: str
    system_version: str
    is_reachable: bool | None
    is_paired: bool | None
    has_developer_mode: bool | None

    def __str__(self) -> str:
        return f"{self.udid} ({self.model})"


def parse_devices(result: Mapping[str, Any]) -> list[IOSDevice]:
    """Return the real iPhones and iPads of the result of ``devicectl list devices``, as far as they are understood."""
    entries = result.get("devices")
    found = [_device(entry) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [device for device in found if device is not None]


def _device(entry: Mapping[str, Any]) -> IOSDevice | None:
    hardware, device, connection = (
        _part(entry, name) for name in ("hardwareProperties", "deviceProperties", "connectionProperties")
    )
    identifier, udid = entry.get("identifier"), hardware.get("udid")
    is_ios = hardware.get("platform") in PLATFORMS and hardware.get("reality", "physical") == "physical"
    if not is_ios or not isinstance(identifier, str) or not isinstance(udid, str):
        return None
    tunnel, pairing, mode = (
        connection.get("tunnelState"),
        connection.get("pairingState"),
        device.get("developerModeStatus"),
    )
    return IOSDevice(
        identifier=identifier,
        udid=udid,
        name=str(device.get("name", "")),
        model=str(hardware.get("marketingName") or hardware.get("productType") or "iOS device"),
        system_version=str(device.get("osVersionNumber", "unknown")),
        is_reachable=None if tunnel is None else tunnel != "unavailable",
        is_paired=None if pairing is None else pairing == "paired",
        has_developer_mode=None if mode is None else mode == "enabled",
    )


def _part(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = entry.get(name)
    return part if isinstance(part, dict) else {}


def choose_device(devices: Sequence[IOSDevice], address: str) -> IOSDevice:
    """Return the device that is meant, ready to be used.

    Parameters
    ----------
    address
        Its UDID, identifier or name; empty for the only one that is reachable.

    Raises
    ------
    InputError
        If it is not there, several are, or it cannot be used; in one line, with what to do.
    """
    listed = ", ".join(str(device) for device in devices)
    if not devices:
        raise InputError("Xcode knows no iPhone or iPad: plug one in, unlock it and trust this Mac")
    if address:
        found = [device for device in devices if address in (device.udid, device.identifier, device.name)]
        if not found:
            raise InputError(f"Xcode knows no device '{address}', only {listed}")
    else:
        found = [device for device in devices if device.is_reachable is not False]
        if not found:
            raise InputError(f"no iPhone or iPad is connected: plug one in and unlock it; Xcode knows {listed}")
    if len(found) > 1:
        raise InputError(f"several devices are connected, name one with --device ios:UDID: {listed}")
    (device,) = found
    if device.is_reachable is False:
        raise InputError(f"ios:{device.udid} is not connected: plug it in and unlock it")
    if device.is_paired is False:
        raise InputError(f"ios:{device.udid} is not paired: unlock it and trust this Mac")
    if device.has_developer_mode is False:
        raise InputError(f"ios:{device.udid} is not in developer mode: Settings, Privacy & Security, Developer Mode")
    return device
