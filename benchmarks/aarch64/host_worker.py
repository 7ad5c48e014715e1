"""One artifact on this host, on one thread, in a process of its own: makes its inputs and computes its outputs.

Files of arrays have the names that the guest's programs read and write: ``input-<i>.bin``, ``output-<i>.bin``.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.aarch64.inputs import InputTensor, golden_inputs
from edge.child_process import run_job
from edge.errors import InputError, MissingPackageError

# Of c10::ScalarType, those that an encoder takes.
SCALAR_TYPES = {3: "int32", 4: "int64", 6: "float32"}

# Arrays for inputs as the artifact describes them.
MakeInputs = Callable[[list[InputTensor]], list[np.ndarray]]


def work(path: str, folder: str, golden: list[str]) -> dict[str, Any]:
    """Write inputs and outputs of the artifact at `path` to `folder`.

    Parameters
    ----------
    golden
        Folders of golden vectors; the first that has the artifact's length gives the token ids.
    """
    artifact = Path(path)
    runs = _tflite if artifact.suffix == ".tflite" else _executorch
    inputs, outputs = runs(
        artifact, lambda tensors: golden_inputs(artifact, tensors, [Path(place) for place in golden])
    )
    for name, arrays in (("input", inputs), ("output", outputs)):
        for index, array in enumerate(arrays):
            array.tofile(Path(folder) / f"{name}-{index}.bin")
    return {}


def _tflite(artifact: Path, make_inputs: MakeInputs) -> tuple[list[np.ndarray], list[np.ndarray]]:
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(str(artifact), num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise InputError(f"{artifact}: LiteRT cannot load it ({str(error).splitlines()[0]})") from error
    details = interpreter.get_input_details()
    inputs = make_inputs([_described(entry) for entry in details])
    for entry, values in zip(details, inputs, strict=True):
        interpreter.set_tensor(entry["index"], values)
    try:
        interpreter.invoke()
    except RuntimeError as error:
        raise InputError(f"{artifact}: LiteRT cannot run it ({str(error).splitlines()[0]})") from error
    return inputs, [interpreter.get_tensor(entry["index"]) for entry in interpreter.get_output_details()]


def _described(entry: dict[str, Any]) -> InputTensor:
    return InputTensor(entry["name"], tuple(entry["shape"].tolist()), np.dtype(entry["dtype"]).name)


def _executorch(artifact: Path, make_inputs: MakeInputs) -> tuple[list[np.ndarray], list[np.ndarray]]:
    from edge.runtimes.executorch import why_unavailable

    missing = why_unavailable()
    if missing is not None:
        raise MissingPackageError(missing)
    import torch
    from executorch.extension.pybindings.portable_lib import _unsafe_reset_threadpool
    from executorch.runtime import Runtime

    _unsafe_reset_threadpool(1)
    try:
        method = Runtime.get().load_program(artifact).load_method("forward")
        metas = [method.metadata.input_tensor_meta(index) for index in range(method.metadata.num_inputs())]
        # The file gives its inputs no names.
        inputs = make_inputs([InputTensor("", meta.sizes(), SCALAR_TYPES.get(meta.dtype(), "")) for meta in metas])
        outputs = method.execute([torch.from_numpy(values) for values in inputs])
    except RuntimeError as error:
        raise InputError(f"{artifact}: ExecuTorch cannot run it ({str(error).splitlines()[0]})") from error
    return inputs, [output.numpy() for output in outputs]


if __name__ == "__main__":
    run_job(work)
