"""ONNX, through onnxruntime on the CPU."""

from collections.abc import Mapping, Sequence
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import InputError
from edge.runtimes.minimum import Installed


class ONNXRuntime:
    """An .onnx loaded by onnxruntime's CPU provider."""

    measures_latency = True

    def __init__(self, session: Any) -> None:
        self.name = str(installed())
        self._session = session
        self._output_names = [output.name for output in session.get_outputs()]

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Map int32 inputs (1, S) to float32 outputs, both by name."""
        return dict(zip(self._output_names, self._session.run(None, dict(inputs)), strict=True))


def why_unavailable() -> str | None:
    """Return None if onnxruntime is installed, else what to do."""
    if util.find_spec("onnxruntime") is None:
        return "running .onnx needs onnxruntime: pip install onnxruntime"
    return None


def installed() -> Installed:
    """Return the version of onnxruntime, which several distributions contain."""
    import onnxruntime

    return Installed("onnxruntime", onnxruntime.__version__)


def load(path: Path, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec], threads: int) -> ONNXRuntime:
    """Load the .onnx at `path`; the file names inputs and outputs itself."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions derive from Exception only
        raise InputError(
            f"{path}: onnxruntime cannot load it ({str(error).splitlines()[0]}); build it again"
        ) from error
    return ONNXRuntime(session)
