"""LiteRT: operators of the main graph, and constants by the module paths that the converter gave them.

A constant whose name is lost belongs to the layer that reads it, if that is a single one.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.inspection.contents import Constant, Contents
from edge.inspection.flatbuffer import read_flatbuffer
from edge.inspection.layer_names import UNNAMED, layer_of_module_path
from edge.runtimes.tflite import operators_outside_delegates

IDENTIFIER = b"TFL3"

# Data may lie behind the flatbuffer, at an offset from this one on; smaller ones mean that it lies inside.
FIRST_OUTSIDE_OFFSET = 2


def why_unavailable() -> str | None:
    """Return None if ai-edge-litert is installed, else what to do."""
    if util.find_spec("ai_edge_litert") is None:
        return "inspecting .tflite needs ai-edge-litert: pip install squeezebert-edge"
    return None


def read(path: Path) -> Contents:
    """Read the .tflite at `path`; what is delegated is what XNNPACK takes over on this host."""
    model = _parse(path)
    _, outside = operators_outside_delegates(path)
    names = Counter(_operator_name(model, operator) for operator in model.subgraphs[0].operators)
    other = Counter(outside)
    return Contents(delegated=names - other, other=other, constants=list(_constants(model)))


def _parse(path: Path) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    data = read_flatbuffer(path, IDENTIFIER)
    try:
        return schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    except (struct.error, ValueError, IndexError, TypeError) as error:
        raise InputError(f"{path}: damaged or cut short; build it again") from error


def _operator_name(model: Any, operator: Any) -> str:
    from ai_edge_litert.schema_py_generated import BuiltinOperator

    code = model.operatorCodes[operator.opcodeIndex]
    if code.customCode:
        return str(code.customCode.decode())
    # Files of before 2020 have the code in an 8-bit field, which stops at 127 in later ones.
    return _name_in(BuiltinOperator, max(code.builtinCode, code.deprecatedBuiltinCode))


def _constants(model: Any) -> Iterator[Constant]:
    from ai_edge_litert.schema_py_generated import TensorType

    counted: set[int] = set()
    for graph in model.subgraphs:
        layers = _layers_of_readers(graph)
        for index, tensor in enumerate(graph.tensors):
            stored = _stored_bytes(model.buffers[tensor.buffer])
            if stored == 0 or tensor.buffer in counted:
                continue
            counted.add(tensor.buffer)
            layer = layer_of_module_path(tensor.name.decode())
            if layer == UNNAMED:
                layer = layers[index].copy().pop() if len(layers[index]) == 1 else UNNAMED
            yield Constant(layer, _name_in(TensorType, tensor.type).lower(), stored)
            yield from _quantization_constants(layer, tensor.quantization)


def _quantization_constants(layer: str, quantization: Any) -> Iterator[Constant]:
    if quantization is None:
        return
    for values, dtype in ((quantization.scale, "float32"), (quantization.zeroPoint, "int64")):
        if values is not None:
            yield Constant(layer, dtype, len(values) * int(dtype[-2:]) // 8)


def _layers_of_readers(graph: Any) -> defaultdict[int, set[str]]:
    """Return the layers of the operators that read each tensor, by the names of what they compute."""
    layers: defaultdict[int, set[str]] = defaultdict(set)
    for operator in graph.operators:
        layer = layer_of_module_path(graph.tensors[operator.outputs[0]].name.decode())
        for index in operator.inputs:
            layers[int(index)].add(layer)
    return layers


def _stored_bytes(buffer: Any) -> int:
    if buffer.offset >= FIRST_OUTSIDE_OFFSET:
        return int(buffer.size)
    return 0 if buffer.data is None else len(buffer.data)


def _name_in(enumeration: Any, value: int) -> str:
    return next((name for name, number in vars(enumeration).items() if number == value), str(value))
