"""What an Android device is, from its system properties, on top of what its Linux kernel says."""

from dataclasses import dataclass
from pathlib import Path

from edge.devices.connection import Connection
from edge.devices.information import DeviceInformation
from edge.errors import DeviceError, InputError

SCRIPT = Path(__file__).with_name("android_probe.sh")
PROBE_SECONDS = 60.0

# Android's names of instruction sets (https://developer.android.com/ndk/guides/abis) and the kernel's names of
# machines, best first. A 64-bit kernel may carry a system whose programs are all 32-bit, so the kernel is not asked.
ARCHITECTURES = {"arm64-v8a": "aarch64", "x86_64": "x86_64", "armeabi-v7a": "armv7l", "x86": "i686"}


@dataclass(frozen=True)
class AndroidProperties:
    """System properties; None where a device has none of that name.

    Attributes
    ----------
    abis
        ``arm64-v8a`` and so on, the preferred one first.
    release, api_level
        Of Android: ``14``, 34.
    serial
        The factory's, which is the same over USB and over the network.
    has_bionic
        Whether programs are started with Android's C library.
    """

    manufacturer: str | None
    model: str | None
    abis: tuple[str, ...]
    release: str | None
    api_level: int | None
    soc: str | None
    serial: str | None
    has_bionic: bool

    @property
    def architecture(self) -> str | None:
        """What programs for this device are built for, as kernels name machines; None if unknown."""
        return next((name for abi, name in ARCHITECTURES.items() if abi in self.abis), None)

    @property
    def title(self) -> str:
        """Manufacturer and model: ``Google Pixel 8``."""
        model = self.model or "Android device"
        if self.manufacturer is None or model.lower().startswith(self.manufacturer.lower()):
            return model
        return f"{self.manufacturer} {model}"


def read_properties(connection: Connection) -> AndroidProperties:
    """Ask the device.

    Raises
    ------
    DeviceError
        If it is gone.
    InputError
        If it is no Android device.
    """
    finished = connection.run(SCRIPT.read_text(encoding="utf-8"), PROBE_SECONDS)
    properties = parse_properties(finished.stdout)
    if not properties.abis:
        raise InputError(f"{connection.name}: is no Android device, its 'getprop' names no processor; use ssh: for it")
    return properties


def parse_properties(text: str) -> AndroidProperties:
    """Read what ``android_probe.sh`` prints; a property that is missing, empty or ``unknown`` is None."""
    pairs = (line.strip().partition("=") for line in text.splitlines())
    known = {name: value.strip() for name, _, value in pairs if value.strip() and value.strip() != "unknown"}
    maker, chip = known.get("ro.soc.manufacturer"), known.get("ro.soc.model")
    api_level = known.get("ro.build.version.sdk", "")
    return AndroidProperties(
        manufacturer=known.get("ro.product.manufacturer"),
        model=known.get("ro.product.model"),
        abis=tuple(abi for abi in known.get("ro.product.cpu.abilist", "").split(",") if abi),
        release=known.get("ro.build.version.release"),
        api_level=int(api_level) if api_level.isdecimal() else None,
        # The first two are there from Android 12 on.
        soc=" ".join(word for word in (maker, chip) if word)
        if chip
        else known.get("ro.board.platform") or known.get("ro.hardware"),
        serial=known.get("ro.serialno"),
        has_bionic="linker" in known,
    )


def with_properties(
    information: DeviceInformation, properties: AndroidProperties, identity: str | None
) -> DeviceInformation:
    """Return what the kernel says, and what Android knows better.

    Parameters
    ----------
    identity
        Made from the serial; None keeps the kernel's.

    Raises
    ------
    DeviceError
        If the device's programs are for a processor that is not known.
    """
    architecture = properties.architecture
    if architecture is None:
        raise DeviceError(f"{information.name}: runs programs for {', '.join(properties.abis)}, which is not known")
    system = " ".join(["Android", properties.release or "of unknown version"])
    return information.model_copy(
        update={
            "model": properties.title,
            "soc": properties.soc or information.soc,
            "architecture": architecture,
            "system": system if properties.api_level is None else f"{system} (API {properties.api_level})",
            "identity": identity or information.identity,
        }
    )
