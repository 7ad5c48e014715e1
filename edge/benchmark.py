"""One benchmark's result: the same document for every kind of device."""

from edge.artifact import Strict
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
    load_ms
        Milliseconds from the file to a runtime that is ready to run, without importing the runtime's library.
    peak_rss_mb
        Peak resident memory, in 10^6 bytes, of a process that loaded and ran only this artifact; the runtime's
        library and the Python interpreter are part of it.
    core_ml
        The devices that Core ML was allowed and plans to use; None for other runtimes.
    """

    artifact: str
    format: str
    recipe: str
    sequence_length: int
    device: str
    threads: int
    runs: int
    latency_ms: Latency
    load_ms: float
    peak_rss_mb: float
    core_ml: CoreMLDevices | None = None
