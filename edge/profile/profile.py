"""The same call for every format: the time of one inference by type of operator."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from statistics import median

from edge.devices.host import describe
from edge.errors import InputError, MissingPackageError
from edge.inspection import FORMATS_BY_SUFFIX
from edge.profile.document import OperatorTime, Profile
from edge.profile.inputs import Feed
from edge.profile.recording import ProfileRule, Recording
from edge.runtimes.minimum import Installed, why_too_old
from edge.runtimes.runtime import RUNTIMES

# One line a format: the module that records its operators.
PROFILERS: dict[str, str] = {
    "executorch": "edge.profile.executorch",
    "coreml": "edge.profile.coreml",
    "tflite": "edge.profile.tflite",
    "onnx": "edge.profile.onnx",
}

# Enough for a median that a busy moment of the host does not move.
RULE = ProfileRule(warm_up_runs=5, runs=30)


def profile_artifact(
    path: Path, threads: int, feed: Feed | None = None, minimum_runtime: Mapping[str, str] | None = None
) -> Profile:
    """Measure where the artifact at `path` spends an inference.

    Parameters
    ----------
    threads
        Threads that the runtime may use.
    feed
        Input arrays by name, in the artifact's order; None: ones, of the shapes in the file.
    minimum_runtime
        The oldest runtimes that compute the artifact right, if a manifest says so.

    Raises
    ------
    InputError
        If it is missing, damaged, of no known format, or of one whose operators cannot be timed.
    MissingPackageError
        If the package that runs the format is not installed or too old, or has no profiler.
    """
    if path.suffix not in FORMATS_BY_SUFFIX:
        known = ", ".join(FORMATS_BY_SUFFIX)
        raise InputError(f"{path}: '{path.suffix}' is no artifact's suffix; profile one of {known}")
    if not path.exists():
        raise InputError(f"{path}: no such artifact")
    format_name = FORMATS_BY_SUFFIX[path.suffix]
    profiler = import_module(PROFILERS[format_name])
    reason: str | None = profiler.why_unavailable() or _why_too_old(format_name, minimum_runtime)
    if reason is not None:
        raise MissingPackageError(reason)
    record: Callable[[Path, Feed | None, int, ProfileRule], Recording] = profiler.record
    recording = record(path, feed, threads, RULE)
    return Profile(
        file=str(path),
        format=format_name,
        runtime=recording.runtime,
        host=describe(),
        threads=threads,
        runs=len(recording.inferences),
        latency_us=recording.latency_us,
        profiled_latency_us=recording.profiled_latency_us,
        operators=operator_times(recording),
    )


def _why_too_old(format_name: str, minimum_runtime: Mapping[str, str] | None) -> str | None:
    # Nothing is known of a lone file.
    installed: Installed | None = import_module(RUNTIMES[format_name]).installed()
    return None if installed is None or minimum_runtime is None else why_too_old(installed, minimum_runtime)


def operator_times(recording: Recording) -> list[OperatorTime]:
    """Sum each inference by type and place, and return the medians of the sums, most time first."""
    times: defaultdict[tuple[str, bool], list[float]] = defaultdict(lambda: [0.0] * len(recording.inferences))
    calls: defaultdict[tuple[str, bool], list[int]] = defaultdict(lambda: [0] * len(recording.inferences))
    for index, inference in enumerate(recording.inferences):
        for operator in inference:
            times[operator.name, operator.delegated][index] += operator.microseconds
            calls[operator.name, operator.delegated][index] += 1
    medians = {kind: median(values) for kind, values in times.items()}
    whole = sum(medians.values())
    return [
        OperatorTime(
            name=name,
            calls=round(median(calls[name, delegated])),
            delegated=delegated,
            microseconds=medians[name, delegated],
            # A model of which every operator is shorter than the runtime's clock ticks has no shares.
            share=medians[name, delegated] / whole if whole > 0 else 0.0,
        )
        for name, delegated in sorted(medians, key=lambda kind: (-medians[kind], -median(calls[kind]), kind))
    ]
