"""How each kind of contestant is loaded and run: by the product's own runtimes where it is an artifact's format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.built import Built, TensorShape
from edge.artifact import TensorSpec

Inputs = Mapping[str, np.ndarray]
Run = Callable[[Inputs], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Loader:
    """One way to load.

    Attributes
    ----------
    import_library
        Imports what `load` needs, which is no part of a load's time or memory.
    load
        Maps what was built, and a number of threads, to a function from inputs to outputs, both by name; the outputs
        of a floor are not handed over, since an encoder would not hand them over either.
    """

    import_library: Callable[[], object]
    load: Callable[[Built, int], Run]


def load_tflite(built: Built, threads: int) -> Run:
    """Load a .tflite with a signature."""
    from edge.runtimes import tflite

    return tflite.load(built.file, _specs(built.inputs), _specs(built.outputs), threads).run


def load_executorch(built: Built, threads: int) -> Run:
    """Load a .pte."""
    from edge.runtimes import executorch

    return executorch.load(built.file, _specs(built.inputs), _specs(built.outputs), threads).run


def load_onnx(built: Built, threads: int) -> Run:
    """Load an .onnx."""
    from edge.runtimes import onnx

    return onnx.load(built.file, _specs(built.inputs), _specs(built.outputs), threads).run


def load_eager(built: Built, threads: int) -> Run:
    """Load a checkpoint folder as transformers' module."""
    import torch

    from benchmarks.routes.huggingface_module import load_export

    torch.set_num_threads(threads)
    module = load_export(built.file, built.inputs[0].shape[1], torch.int64).module

    def run(inputs: Inputs) -> dict[str, np.ndarray]:
        with torch.inference_mode():
            results = module(*(torch.from_numpy(inputs[entry.name]) for entry in built.inputs))
        return {entry.name: result.numpy() for entry, result in zip(built.outputs, results, strict=True)}

    return run


def load_tflite_products(built: Built, threads: int) -> Run:
    """Load a floor in .tflite: inputs are written once, outputs stay where they are."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(built.file), num_threads=threads)
    interpreter.allocate_tensors()
    written: list[Inputs] = []

    def run(inputs: Inputs) -> dict[str, np.ndarray]:
        if not written:
            for detail, entry in zip(interpreter.get_input_details(), built.inputs, strict=True):
                interpreter.set_tensor(detail["index"], inputs[entry.name])
            written.append(inputs)
        interpreter.invoke()
        return {}

    return run


def load_executorch_products(built: Built, threads: int) -> Run:
    """Load a floor in .pte; outputs are not copied."""
    import torch
    from executorch.extension.pybindings import portable_lib

    portable_lib._unsafe_reset_threadpool(threads)
    module = portable_lib._load_for_executorch(str(built.file))

    def run(inputs: Inputs) -> dict[str, np.ndarray]:
        tensors = [torch.from_numpy(inputs[entry.name]) for entry in built.inputs]
        module.run_method("forward", tensors, clone_outputs=False)
        return {}

    return run


def _import_tflite() -> object:
    from ai_edge_litert import interpreter

    return interpreter


def _import_executorch() -> object:
    import torch  # noqa: F401
    from executorch.extension.pybindings import portable_lib  # noqa: F401
    from executorch.runtime import Runtime

    return Runtime.get()


def _import_onnx() -> object:
    import onnxruntime

    return onnxruntime


def _import_eager() -> object:
    from benchmarks.routes import huggingface_module

    return huggingface_module


LOADERS: dict[str, Loader] = {
    "tflite": Loader(_import_tflite, load_tflite),
    "executorch": Loader(_import_executorch, load_executorch),
    "onnx": Loader(_import_onnx, load_onnx),
    "eager": Loader(_import_eager, load_eager),
    "tflite-products": Loader(_import_tflite, load_tflite_products),
    "executorch-products": Loader(_import_executorch, load_executorch_products),
}


def _specs(shapes: tuple[TensorShape, ...]) -> list[TensorSpec]:
    return [TensorSpec(name=entry.name, dtype=_dtype(entry), shape=list(entry.shape)) for entry in shapes]


def _dtype(entry: TensorShape) -> Literal["int32", "int64", "float32"]:
    match entry.dtype:
        case "float32":
            return "float32"
        case "int64":
            return "int64"
    # The runtimes read names and shapes of what is left.
    return "int32"


def make_inputs(shapes: tuple[TensorShape, ...], texts: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return an array for each input: out of `texts` by name, else random numbers of a fixed seed."""
    generator = np.random.default_rng(0)
    arrays: dict[str, Any] = {}
    for entry in shapes:
        if entry.name in texts:
            arrays[entry.name] = texts[entry.name].astype(entry.dtype)
        elif entry.dtype == "int8":
            arrays[entry.name] = generator.integers(-128, 128, entry.shape).astype(np.int8)
        else:
            arrays[entry.name] = generator.standard_normal(entry.shape).astype(entry.dtype)
    return arrays


def text_inputs(golden_directory: Path, sequence_length: int) -> list[dict[str, np.ndarray]]:
    """Return all three inputs of each golden example, padded; shape (1, S), int32."""
    from edge.golden import load_golden
    from edge.model_inputs import pad_inputs

    golden = load_golden(golden_directory, sequence_length)
    names = ("input_ids", "attention_mask", "token_type_ids")
    return [
        pad_inputs(example.input_ids, example.token_type_ids, names, sequence_length, golden.pad_id)
        for example in golden.examples
    ]
