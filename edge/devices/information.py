"""What a device is: the same description for every kind."""

from typing import Literal

from pydantic import Field

from edge.artifact import Strict

DeviceKind = Literal["host", "ssh", "adb", "ios"]


class CoreGroup(Strict):
    """Cores of one kind.

    Attributes
    ----------
    part
        ``Cortex-A76``, or what the system calls it.
    maximum_mhz
        Highest clock in 10^6 Hz; None where the system does not say.
    """

    count: int
    part: str
    maximum_mhz: float | None = None


class DeviceInformation(Strict):
    """A device as it was found at the beginning of a visit; None where it does not say.

    Attributes
    ----------
    name
        As the user named it: ``host``, ``ssh:pi@raspberrypi``, ``adb:0A1B2C``.
    identity
        Tells this device from others of its model and stays the same from visit to visit; no personal name in it.
    architecture
        Of the programs that run on it: ``aarch64``, ``x86_64``, ``armv7l``.
    memory_mb
        Main memory in 10^6 bytes.
    system, kernel
        Name and version of the operating system, and of its kernel.
    runtimes
        Version of each package that runs artifacts there, and of Python and squeezebert-edge where they are.
    instruction_sets
        Those that the runtimes' kernels choose by: ``asimddp``, ``avx512_vnni``.
    governor
        How clocks are chosen: ``ondemand``, ``performance``.
    thermal_state
        In the words of the system: Android's ``THERMAL_STATUS_NONE``, iOS's ``nominal``.
    throttled
        Whether the system holds its clocks down now.
    """

    kind: DeviceKind
    name: str
    identity: str
    model: str
    soc: str | None = None
    architecture: str
    cores: list[CoreGroup]
    memory_mb: float | None = None
    system: str
    kernel: str | None = None
    runtimes: dict[str, str]
    instruction_sets: list[str] = Field(default_factory=list)
    governor: str | None = None
    temperature_c: float | None = None
    thermal_state: str | None = None
    throttled: bool | None = None

    def __str__(self) -> str:
        count = sum(group.count for group in self.cores)
        return f"{self.model}, {self.system}, {self.architecture}, {count} cores"
