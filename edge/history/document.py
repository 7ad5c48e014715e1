"""What the history holds, typed."""

from pydantic import AwareDatetime, Field

from edge.artifact import Strict
from edge.benchmark import Latency
from edge.devices.information import DeviceInformation
from edge.devices.stability import spread, summarize
from edge.devices.work import Timing
from edge.placement import CoreMLDevices


class Visit(Strict):
    """One call of ``bench``: one device, at one time.

    Attributes
    ----------
    time
        When it began.
    label
        What the user called it, or None; several visits may have the same.
    version
        Of squeezebert-edge.
    model
        The model's name in the bundle's manifest.
    """

    time: AwareDatetime
    label: str | None = None
    version: str
    model: str
    device: DeviceInformation


class Measurement(Strict):
    """One artifact at one length, as it ran in one visit.

    Attributes
    ----------
    artifact, artifact_sha256, recipe, format
        As in the bundle's manifest.
    runtime, program, threads, cores, load_ms, core_ml
        As in `edge.devices.work.WorkResult`.
    timing
        Every run.
    marks
        Why it must not be trusted as it is (`edge.devices.stability.marks`).
    parity
        What it reached on the device, by metric; empty if the golden examples did not run.
    """

    artifact: str
    artifact_sha256: str
    sequence_length: int
    recipe: str
    format: str
    runtime: str
    program: str
    threads: int
    cores: list[int] = Field(default_factory=list)
    load_ms: float
    timing: Timing
    marks: list[str] = Field(default_factory=list)
    parity: dict[str, float] = Field(default_factory=dict)
    core_ml: CoreMLDevices | None = None


class StoredVisit(Visit):
    """A visit of the history; its number is 1 for the first and never given twice."""

    number: int


class StoredMeasurement(Measurement):
    """A measurement of the history, and the number of its visit."""

    visit: int


class MeasurementSummary(Strict):
    """A measurement in a few figures.

    Attributes
    ----------
    runs
        Counted ones.
    spread
        How far they lie apart (`edge.devices.stability.spread`).
    """

    artifact: str
    artifact_sha256: str
    sequence_length: int
    runtime: str
    threads: int
    cores: list[int]
    runs: int
    latency_ms: Latency
    spread: float
    load_ms: float
    peak_rss_mb: float | None
    marks: list[str]
    parity: dict[str, float]


class VisitSummary(StoredVisit):
    """A visit and what was measured in it; ``bench --history --json`` prints a list of them."""

    measurements: list[MeasurementSummary]


def summarize_measurement(measurement: Measurement) -> MeasurementSummary:
    """Return a measurement in a few figures.

    Raises
    ------
    InputError
        If it has no runs.
    """
    timing = measurement.timing
    return MeasurementSummary(
        artifact=measurement.artifact,
        artifact_sha256=measurement.artifact_sha256,
        sequence_length=measurement.sequence_length,
        runtime=measurement.runtime,
        threads=measurement.threads,
        cores=measurement.cores,
        runs=len(timing.latencies_ms),
        latency_ms=summarize(timing.latencies_ms),
        spread=spread(timing.latencies_ms),
        load_ms=measurement.load_ms,
        peak_rss_mb=timing.peak_rss_mb,
        marks=measurement.marks,
        parity=measurement.parity,
    )
