"""LiteRT, through the interpreter of the best installed package that has one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import InputError
from edge.runtimes.minimum import Installed
from edge.runtimes.tflite_package import Package, find_package, installed_version, interpreter_class


class TFLiteRuntime:
    """A .tflite loaded by LiteRT's interpreter with its XNNPACK delegate."""

    measures_latency = True

    def __init__(self, interpreter: Any) -> None:
        self.name = str(installed())
        self._signature = interpreter.get_signature_runner()

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Map int32 inputs (1, S) to float32 outputs, both by name."""
        return dict(self._signature(**inputs))


def why_unavailable() -> str | None:
    """Return None if a package with an interpreter is installed, else what to do."""
    if find_package() is None:
        return "running .tflite needs ai-edge-litert: pip install squeezebert-edge"
    return None


def installed() -> Installed:
    """Return the package whose interpreter runs, and its version; one must be installed."""
    return installed_version(_package())


def load(path: Path, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec], threads: int) -> TFLiteRuntime:
    """Load the .tflite at `path`; the signature in the file names inputs and outputs."""
    interpreter = _interpreter(path, threads)
    signatures = interpreter.get_signature_list()
    if not signatures:
        raise InputError(f"{path}: has no signature, so its inputs have no names; build it with squeezebert-edge")
    return TFLiteRuntime(interpreter)


def operators_outside_delegates(path: Path) -> tuple[int, list[str]]:
    """Return the number of operators in the file, and the names of those that no delegate takes over."""
    interpreter = _interpreter(path, threads=1)
    operators = interpreter._get_ops_details()
    delegates = [operator for operator in operators if operator["op_name"] == "DELEGATE"]
    own = [operator for operator in operators if operator["op_name"] != "DELEGATE"]
    producers = {tensor: operator for operator in own for tensor in operator["outputs"]}
    computed_by_delegates = {tensor for delegate in delegates for tensor in delegate["outputs"]}
    # What a delegate or the caller reads, and no delegate writes, must come from an operator outside.
    wanted = [tensor for delegate in delegates for tensor in delegate["inputs"]]
    wanted += [output["index"] for output in interpreter.get_output_details()]
    outside: dict[int, str] = {}
    while wanted:
        tensor = wanted.pop()
        operator = producers.get(tensor)
        if operator is None or tensor in computed_by_delegates or operator["index"] in outside:
            continue
        outside[operator["index"]] = operator["op_name"]
        wanted.extend(operator["inputs"])
    return len(own), [outside[index] for index in sorted(outside)]


def _package() -> Package:
    package = find_package()
    assert package is not None
    return package


def _interpreter(path: Path, threads: int) -> Any:
    try:
        interpreter = interpreter_class(_package())(model_path=str(path), num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise InputError(f"{path}: LiteRT cannot load it ({str(error).splitlines()[0]}); build it again") from error
    return interpreter
