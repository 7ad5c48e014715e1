"""Devices: one file for each kind, the contract with programs that run there, the measurement that all share."""

from contextlib import AbstractContextManager
from importlib import import_module

from edge.child_process import Stage
from edge.devices.device import Device, OpenDevice, Work
from edge.errors import InputError

__all__ = ["DEVICES", "Device", "OpenDevice", "Work", "open_device"]

# One line a kind: the module whose `open_device` visits it.
DEVICES: dict[str, str] = {
    "host": "edge.devices.host",
    "ssh": "edge.devices.ssh",
    "adb": "edge.devices.adb",
    "ios": "edge.devices.ios",
}


def open_device(
    name: str, runner: str | None, stage: Stage, keep_files: bool = False
) -> AbstractContextManager[Device]:
    """Visit the device called `name`: ``host``, ``ssh:USER@HOST``, ``adb``, ``adb:SERIAL`` or ``ios:UDID``.

    Parameters
    ----------
    runner
        The program that runs artifacts there; None takes the first of the kind's.
    keep_files
        Whether what was pushed stays on the device for the next visit.

    Raises
    ------
    InputError
        If there is no such kind of device.
    DeviceError
        If it cannot be reached, or another visit is going on.
    """
    kind, _, address = name.partition(":")
    if kind not in DEVICES:
        raise InputError(f"unknown device '{name}': name host, ssh:USER@HOST, adb[:SERIAL] or ios:UDID")
    opened: OpenDevice = import_module(DEVICES[kind]).open_device
    return opened(address, runner, stage, keep_files)
