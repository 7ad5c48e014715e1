"""The contract with every program that runs an artifact on a device: one request in, one answer out, both JSON.

The programs are `edge.devices.worker` (Python, on this host and on boards), `edge/runner` (C++, .pte) and the reference
apps. All read the same request, measure by the same rule and write the same answer; docs/device-work.schema.json is the
JSON Schema of both. The answer file appears whole or not at all: it is written beside its name, then renamed.
"""

from typing import Any, Literal

from pydantic import Field, TypeAdapter

from edge.artifact import Strict
from edge.compute_units import ComputeUnits
from edge.placement import CoreMLDevices

WORK_VERSION: Literal[1] = 1


class MeasurementRule(Strict):
    """When a measurement is long enough.

    Warm-up: runs are timed in windows of `warm_up_window`. It ends after a window whose median is less than
    `warm_up_tolerance` from the median of the window before, relative to that; or, not warmed up, once two windows are
    done and `warm_up_seconds` have passed. Then runs are timed one by one until there are `minimum_runs` and
    `minimum_seconds` have passed.
    """

    warm_up_window: int = 5
    warm_up_tolerance: float = 0.05
    warm_up_seconds: float = 10.0
    minimum_runs: int = 100
    minimum_seconds: float = 10.0


class WorkRequest(Strict):
    """What a device program does: load one artifact, measure it, run the golden vectors.

    Attributes
    ----------
    bundle
        Folder with manifest.json and the files of this artifact; absolute, or relative to the request's folder.
    artifact
        Its id in the manifest.
    sequence_length
        One of the artifact's; of a file with several functions it says which one runs.
    threads
        CPU threads of one inference.
    cores
        Logical processors that the program may run on, as the system numbers them; empty leaves it to the system.
    measurement
        None measures nothing.
    outputs
        File for the outputs on the golden examples: little-endian float32, in the places that
        ``golden/<sequence_length>.json`` gives (`edge.golden`); absolute, or relative to the request's folder. None
        runs no golden example.
    compute_units
        What Core ML may use; None allows all.
    """

    schema_version: Literal[1] = WORK_VERSION
    bundle: str
    artifact: str
    sequence_length: int
    threads: int
    cores: list[int] = Field(default_factory=list)
    measurement: MeasurementRule | None = None
    outputs: str | None = None
    compute_units: ComputeUnits | None = None


class DeviceState(Strict):
    """What a measurement depends on beside the program; None where the device does not say.

    Attributes
    ----------
    temperature_c
        Degrees Celsius of the hottest thermal zone.
    clock_mhz
        Current clock of the fastest core that may be used, in 10^6 Hz.
    throttled
        Whether the system holds its clocks down now, for heat or for want of power.
    """

    temperature_c: float | None = None
    clock_mhz: float | None = None
    throttled: bool | None = None


class Timing(Strict):
    """A measurement as the device took it: every run, nothing averaged.

    Attributes
    ----------
    warm_up_ms, latencies_ms
        Milliseconds of each run, in order.
    warmed_up
        Whether the warm-up became stable within its time.
    peak_rss_mb
        Peak resident memory of the program after the measurement, in 10^6 bytes, its libraries included; None where the
        system does not say.
    before, after
        Taken right before the warm-up and right after the last run.
    """

    warm_up_ms: list[float]
    latencies_ms: list[float]
    warmed_up: bool
    peak_rss_mb: float | None
    before: DeviceState
    after: DeviceState


class WorkResult(Strict):
    """What a device program did.

    Attributes
    ----------
    program, runtime
        Name and version of the program and of what computed: ``squeezebert-edge 0.1.0``, ``ai-edge-litert 2.3.0``.
    load_ms
        From the file to a runtime that is ready to run, in milliseconds, the runtime's library loaded before.
    worst_cosine
        The worst golden example's cosine of the angle to its fp32 reference, as the program itself finds it; None if
        none ran. The host does not rely on it.
    timing
        None if nothing was measured, or the time says nothing about a device.
    hazards, layers
        What `edge.devices.artifact_run.ArtifactRun` says of them; only of runtimes that can be looked into.
    core_ml
        The devices that Core ML was allowed and plans to use; None for other runtimes.
    """

    schema_version: Literal[1] = WORK_VERSION
    program: str
    runtime: str
    artifact: str
    sequence_length: int
    threads: int
    cores: list[int] = Field(default_factory=list)
    load_ms: float
    worst_cosine: float | None = None
    timing: Timing | None = None
    hazards: list[str] = Field(default_factory=list)
    layers: list[tuple[float, str]] = Field(default_factory=list)
    core_ml: CoreMLDevices | None = None


class WorkError(Strict):
    """Why a device program did not do it.

    Attributes
    ----------
    type
        A name in `edge.errors`.
    message
        One line: what is wrong, where, what to do.
    """

    type: str
    message: str


class Answer(Strict):
    """The file that a device program writes: one of the two."""

    result: WorkResult | None = None
    error: WorkError | None = None


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a request and of an answer."""
    _, schema = TypeAdapter.json_schemas(
        [("request", "validation", TypeAdapter(WorkRequest)), ("answer", "validation", TypeAdapter(Answer))],
        title="Device work",
    )
    return schema
