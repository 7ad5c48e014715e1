"""ONNX: nodes by type, initializers by name."""

from collections import Counter
from importlib import util
from math import prod
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.inspection.contents import Constant, Contents
from edge.inspection.layer_names import layer_of_parameter


def why_unavailable() -> str | None:
    """Return None if onnx is installed, else what to do."""
    if util.find_spec("onnx") is None:
        return "inspecting .onnx needs onnx: pip install 'squeezebert-edge[build]'"
    return None


def read(path: Path) -> Contents:
    """Read the .onnx at `path`; onnxruntime's CPU provider runs the whole graph, so every node counts as delegated."""
    import onnx

    try:
        model = onnx.load(path, load_external_data=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # protobuf's DecodeError; protobuf ships no types to name it by
        raise InputError(f"{path}: not an ONNX model, or cut short; build it again") from error
    if not model.graph.node:
        raise InputError(f"{path}: holds no ONNX graph; build it again")
    return Contents(
        delegated=Counter(_operator_name(node) for node in model.graph.node),
        other=Counter(),
        constants=[_constant(tensor) for tensor in model.graph.initializer],
    )


def _operator_name(node: Any) -> str:
    return f"{node.domain}.{node.op_type}" if node.domain else str(node.op_type)


def _constant(tensor: Any) -> Constant:
    from onnx.helper import tensor_dtype_to_np_dtype

    dtype = tensor_dtype_to_np_dtype(tensor.data_type)
    stored = len(tensor.raw_data) or prod(tensor.dims) * dtype.itemsize
    return Constant(layer_of_parameter(tensor.name), dtype.name, stored)
