"""ExecuTorch, through its Python bindings, which need torch.

Its Core ML backend exists on macOS only; elsewhere the Core ML package in such a file is evaluated.
"""

from collections.abc import Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import InputError
from edge.runtimes import executorch_coreml
from edge.runtimes.coreml import on_macos
from edge.runtimes.minimum import Installed
from edge.runtimes.runtime import Runtime


class ExecuTorchRuntime:
    """A .pte loaded by ExecuTorch; inputs and outputs are positional in the file and named by the manifest."""

    measures_latency = True

    def __init__(self, method: Any, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec]) -> None:
        self.name = str(installed())
        self._method = method
        self._inputs = inputs
        self._outputs = outputs

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Map int32 inputs (1, S) to float32 outputs, both by name; a file of int64 inputs gets these."""
        import torch

        tensors = [torch.from_numpy(np.ascontiguousarray(inputs[spec.name], dtype=spec.dtype)) for spec in self._inputs]
        results = self._method.execute(tensors)
        return {
            spec.name: result.numpy().reshape(spec.shape) for spec, result in zip(self._outputs, results, strict=True)
        }


def why_unavailable() -> str | None:
    """Return None if executorch and torch are installed, else what to do."""
    if util.find_spec("executorch") is None or util.find_spec("torch") is None:
        return "running .pte from Python needs executorch and torch: pip install 'squeezebert-edge[build]'"
    return None


def installed() -> Installed:
    """Return the version of executorch."""
    return Installed("executorch", metadata.version("executorch"))


def load(path: Path, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec], threads: int) -> Runtime:
    """Load the .pte at `path`; its weights are mapped into memory, not copied.

    Raises
    ------
    InputError
        If it cannot be read, or ExecuTorch cannot load it; off macOS, what `executorch_coreml.load` raises too.
    """
    if not on_macos() and executorch_coreml.is_delegated(path):
        return executorch_coreml.load(path, inputs, outputs, threads)
    from executorch.extension.pybindings.portable_lib import _threadpool_get_thread_count, _unsafe_reset_threadpool
    from executorch.runtime import Runtime

    if _threadpool_get_thread_count() != threads:
        _unsafe_reset_threadpool(threads)
    try:
        method = Runtime.get().load_program(path).load_method("forward")
    except RuntimeError as error:
        raise InputError(f"{path}: ExecuTorch cannot load it ({str(error).splitlines()[0]}); build it again") from error
    return ExecuTorchRuntime(method, inputs, outputs)
