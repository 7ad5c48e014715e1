"""LiteRT: its compiled model with the profiler of its C API, which the interpreter's Python API lacks.

Both run the same kernels of XNNPACK and give the same outputs, bit for bit.
"""

from collections.abc import Sequence
from functools import partial
from importlib import util
from pathlib import Path
from statistics import median

from edge.profile.inputs import Feed, filled_feed
from edge.profile.litert import EventType, LoggedEvent, compiled_with_profiler
from edge.profile.recording import OperatorRun, ProfileRule, Recording, median_latency_us
from edge.runtimes.tflite import load

_DELEGATED = (EventType.DELEGATE_OPERATOR, EventType.DELEGATE_PROFILED_OPERATOR)


def why_unavailable() -> str | None:
    """Return None if the package with the profiler is installed, else what to do."""
    if util.find_spec("ai_edge_litert") is None:
        return "profiling .tflite needs ai-edge-litert: pip install squeezebert-edge"
    return None


def record(path: Path, feed: Feed | None, threads: int, rule: ProfileRule) -> Recording:
    """Run the .tflite at `path`.

    Raises
    ------
    InputError
        If LiteRT cannot load it.
    MissingPackageError
        If the installed LiteRT has no profiler, or another one than this module knows.
    """
    runtime = load(path, (), (), threads)
    name = runtime.name
    with compiled_with_profiler(path, threads) as model:
        given = filled_feed(path, model.inputs) if feed is None else feed
        latency_us = median_latency_us(partial(runtime.run, given), rule)
        # Its threads would go on waiting for work in a loop.
        del runtime
        model.set_inputs(given)
        logs = [model.run() for _ in range(rule.warm_up_runs + rule.runs)][rule.warm_up_runs :]
    profiled_latency_us = median(log.microseconds for log in logs)
    return Recording(name, latency_us, profiled_latency_us, [_operators(log.events) for log in logs])


def _operators(events: Sequence[LoggedEvent]) -> list[OperatorRun]:
    return [
        OperatorRun(event.tag, event.microseconds, event.type in _DELEGATED)
        for event in events
        if event.type in _DELEGATED or event.type == EventType.OPERATOR
    ]
