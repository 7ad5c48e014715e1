"""One benchmark's result: the same document for every kind of device."""

from pydantic import Field

from edge.artifact import Strict
from edge.devices.work import DeviceState
from edge.placement import CoreMLDevices


class Latency(Strict):
    """Milliseconds of one inference, batch 1, over the counted runs."""

    p50: float
    p90: float
    p99: float
    mean: float
    min: float


class Benchmark(Strict):
    """What one artifact did on one device.

    Attributes
    ----------
    device
        Its name as the user gave it.
    cores
        Logical processors that it was kept on; empty if the system chose.
    runs, warm_up_runs
        Counted ones, and those before them.
    spread
        How far the counted runs lie apart (`edge.devices.stability.spread`).
    marks
        Why the figures must not be trusted as they are: throttled, unstable, not warmed up. Empty for a good run.
    load_ms
        Milliseconds from the file to a runtime that is ready to run, without importing the runtime's library.
    peak_rss_mb
        Peak resident memory, in 10^6 bytes, of a process that loaded and ran only this artifact; the runtime's
        library, and the Python interpreter if there is one, are part of it. None where the device does not say.
    before, after
        The device right before the warm-up and right after the last run.
    core_ml
        The devices that Core ML was allowed and plans to use; None for other runtimes.
    """

    artifact: str
    format: str
    recipe: str
    sequence_length: int
    device: str
    threads: int
    cores: list[int] = Field(default_factory=list)
    runs: int
    warm_up_runs: int
    latency_ms: Latency
    spread: float
    marks: list[str] = Field(default_factory=list)
    load_ms: float
    peak_rss_mb: float | None
    before: DeviceState
    after: DeviceState
    core_ml: CoreMLDevices | None = None
