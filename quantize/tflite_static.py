"""Static int8 in a float .tflite: its linear layers rewritten, so that the ranges in the file are the plan's.

ai-edge-quantizer can do so from ranges by tensor name, but chooses scales itself and does not know our layers' names.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import nn

from edge.errors import ConversionError
from quantize.integer_linear import quantize_linear
from quantize.static_plan import LinearRanges, Range, StaticPlan
from quantize.tflite_graph import Quantization, TFLiteGraph

# The versions with which runtimes of 2023 know int8; a newer one they would refuse, and none is needed.
QUANTIZE_VERSION = 1
DEQUANTIZE_VERSION = 2
FULLY_CONNECTED_VERSION = 5


def quantize_linears(content: bytes, model: nn.Module, plan: StaticPlan) -> bytes:
    """Return a float .tflite with the linear layers that `plan` names in int8, and the rest as it was.

    Each becomes QUANTIZE, FULLY_CONNECTED with weights per output channel and an int32 bias, DEQUANTIZE; layers that
    read the same tensor with the same range share its QUANTIZE.

    Parameters
    ----------
    content
        The float file.
    model
        What was converted to it; layers are recognised by their weights.

    Raises
    ------
    ConversionError
        If a layer of the plan is not in the file.
    """
    graph = TFLiteGraph(content)
    linears = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    names = defaultdict(list)
    for name, linear in linears.items():
        names[linear.weight.numpy().tobytes()].append(name)
    missing = set(plan.linears)
    shared: dict[tuple[int, Range], int] = {}
    operators: list[Any] = []
    for operator in graph.operators:
        # Layers of equal weights come in the order in which they run.
        candidates = names.get(_weight(graph, operator), [])
        name = candidates.pop(0) if candidates else ""
        if name not in plan.linears:
            operators.append(operator)
            continue
        missing.remove(name)
        ranges = plan.linears[name]
        read = int(operator.inputs[0]), ranges.input
        if read not in shared:
            shared[read] = _add_int8_form(graph, *read)
            operators.append(graph.make_operator("QUANTIZE", QUANTIZE_VERSION, [read[0]], [shared[read]]))
        operators.extend(_int8_operators(graph, operator, shared[read], linears[name], ranges))
    if missing:
        raise ConversionError(f"{min(missing)}: no FULLY_CONNECTED operator of the .tflite has its weights")
    graph.operators = operators
    return graph.serialize()


def _weight(graph: TFLiteGraph, operator: Any) -> bytes:
    if graph.operator_name(operator) != "FULLY_CONNECTED":
        return b""
    return graph.constant(int(operator.inputs[1])) or b""


def _int8_operators(
    graph: TFLiteGraph, operator: Any, source: int, linear: nn.Linear, ranges: LinearRanges
) -> Iterator[Any]:
    """Yield what replaces a float FULLY_CONNECTED; `source` is its input in int8."""
    stored = quantize_linear(linear.weight.numpy(), linear.bias.numpy(), ranges)
    target = int(operator.outputs[0])
    name = graph.tensor(target).name
    weight = graph.add_constant(name + b";weight", stored.values, Quantization(stored.scales))
    bias = graph.add_constant(name + b";bias", stored.bias, Quantization(stored.bias_scales))
    result = _add_int8_form(graph, target, ranges.output)
    yield graph.make_operator(
        "FULLY_CONNECTED", FULLY_CONNECTED_VERSION, [source, weight, bias], [result], operator.builtinOptions
    )
    yield graph.make_operator("DEQUANTIZE", DEQUANTIZE_VERSION, [result], [target])


def _add_int8_form(graph: TFLiteGraph, index: int, carried: Range) -> int:
    tensor = graph.tensor(index)
    scale, zero_point = carried.scale_and_zero_point()
    quantization = Quantization(np.array([scale], np.float32), zero_point)
    return graph.add_tensor(tensor.name + b";int8", tensor.shape, "INT8", quantization)
