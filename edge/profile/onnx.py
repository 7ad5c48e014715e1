"""ONNX: onnxruntime's own profile, which it writes as a JSON trace."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import InputError
from edge.profile.inputs import Feed, filled_feed
from edge.profile.recording import OperatorRun, ProfileRule, Recording, median_latency_us
from edge.runtimes.onnx import installed, why_unavailable

__all__ = ["record", "why_unavailable"]

# In a trace: one event of this name for each inference, behind those of its operators ...
_INFERENCE = "model_run"
# ... of which this is the time in the kernel.
_KERNEL = "_kernel_time"

_DTYPES = {
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(bool)": np.bool_,
}


def record(path: Path, feed: Feed | None, threads: int, rule: ProfileRule) -> Recording:
    """Run the .onnx at `path`; its CPU provider runs the whole graph, so every operator counts as delegated.

    Raises
    ------
    InputError
        If onnxruntime cannot load it, or its inputs have no fixed shape.
    """
    session = _session(path, threads, None)
    given = _filled(path, session) if feed is None else feed
    latency_us = median_latency_us(lambda: session.run(None, given), rule)
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
        profiled = _session(path, threads, Path(folder))
        profiled_latency_us = median_latency_us(lambda: profiled.run(None, given), rule)
        events = json.loads(Path(profiled.end_profiling()).read_text(encoding="utf-8"))
    inferences = _inferences(events)[rule.warm_up_runs :]
    return Recording(str(installed()), latency_us, profiled_latency_us, inferences)


def _session(path: Path, threads: int, traces: Path | None) -> Any:
    """Load the artifact as `edge.runtimes.onnx` does; with a folder for `traces`, profiled."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    if traces is not None:
        options.enable_profiling = True
        options.profile_file_prefix = str(traces / "trace")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions derive from Exception only
        raise InputError(
            f"{path}: onnxruntime cannot load it ({str(error).splitlines()[0]}); build it again"
        ) from error


def _filled(path: Path, session: Any) -> Feed:
    inputs = session.get_inputs()
    unknown = [given for given in inputs if given.type not in _DTYPES]
    if unknown:
        raise InputError(f"{path}: cannot feed its input '{unknown[0].name}' of type {unknown[0].type}")
    return filled_feed(path, [(given.name, given.shape, np.dtype(_DTYPES[given.type])) for given in inputs])


def _inferences(events: Sequence[dict[str, Any]]) -> list[list[OperatorRun]]:
    inferences = []
    operators: list[OperatorRun] = []
    for event in events:
        if event["name"] == _INFERENCE:
            inferences.append(operators)
            operators = []
        elif event["name"].endswith(_KERNEL):
            operators.append(OperatorRun(event["args"]["op_name"], float(event["dur"]), True))
    return inferences
