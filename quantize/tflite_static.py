"""Static int8 in a float .tflite: its layers rewritten, so that the ranges in the file are the plan's.

ai-edge-quantizer can do so from ranges by tensor name, but chooses scales itself and does not know our layers' names.
"""

from collections import defaultdict
from typing import Any

from torch import nn

from edge.encoder.attention import MatrixProduct
from edge.errors import ConversionError
from quantize.integer_linear import quantize_linear
from quantize.static_plan import LinearRanges, ProductRanges, StaticPlan
from quantize.tflite_graph import Quantization, TFLiteGraph
from quantize.tflite_tensor_forms import TensorForms

# The versions with which runtimes of 2023 know int8.
FULLY_CONNECTED_VERSION = 5
BATCH_MATMUL_VERSION = 2


def quantize_layers(content: bytes, model: nn.Module, plan: StaticPlan) -> bytes:
    """Return a float .tflite with the linear layers and products that `plan` names in int8, and the rest as it was.

    Linear layers get weights per output channel and an int32 bias. QUANTIZE and DEQUANTIZE stand where values pass
    between int8 and float, and nowhere else: layers that read the same tensor with the same range share its QUANTIZE.

    Parameters
    ----------
    content
        The float file.
    model
        What was converted to it; linear layers are recognised by their weights, attention's products by their order.

    Raises
    ------
    ConversionError
        If a layer of the plan is not in the file.
    """
    graph = TFLiteGraph(content)
    forms = TensorForms(graph)
    linears = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    names = defaultdict(list)
    for name, linear in linears.items():
        names[linear.weight.numpy().tobytes()].append(name)
    products = [name for name, module in model.named_modules() if isinstance(module, MatrixProduct)]
    missing = {*plan.linears, *plan.products}
    for operator in graph.operators:
        name = ""
        if graph.operator_name(operator) == "BATCH_MATMUL" and products:
            name = products.pop(0)
        elif graph.operator_name(operator) == "FULLY_CONNECTED":
            # Layers of equal weights come in the order in which they run.
            candidates = names.get(graph.constant(int(operator.inputs[1])) or b"", [])
            name = candidates.pop(0) if candidates else ""
        missing.discard(name)
        if name in plan.linears:
            _add_linear(graph, forms, operator, linears[name], plan.linears[name])
        elif name in plan.products:
            _add_product(graph, forms, operator, plan.products[name])
        else:
            forms.add(operator)
    if missing:
        raise ConversionError(f"{min(missing)}: no operator of the .tflite computes it")
    for output in graph.outputs:
        forms.write_float(output)
    graph.operators = forms.operators
    return graph.serialize()


def _add_linear(graph: TFLiteGraph, forms: TensorForms, operator: Any, linear: nn.Linear, ranges: LinearRanges) -> None:
    """Add the int8 form of a float FULLY_CONNECTED."""
    source = forms.int8_form(int(operator.inputs[0]), ranges.input)
    stored = quantize_linear(linear.weight.numpy(), linear.bias.numpy(), ranges)
    target = int(operator.outputs[0])
    name = graph.tensor(target).name
    weight = graph.add_constant(name + b";weight", stored.values, Quantization(stored.scales))
    bias = graph.add_constant(name + b";bias", stored.bias, Quantization(stored.bias_scales))
    result = forms.new_int8_form(target, ranges.output)
    made = graph.make_operator(
        "FULLY_CONNECTED", FULLY_CONNECTED_VERSION, [source, weight, bias], [result], operator.builtinOptions
    )
    forms.add_int8(made, target, ranges.output)


def _add_product(graph: TFLiteGraph, forms: TensorForms, operator: Any, ranges: ProductRanges) -> None:
    """Add the int8 form of a float BATCH_MATMUL."""
    left, right = (int(index) for index in operator.inputs)
    sources = [forms.int8_form(left, ranges.left), forms.int8_form(right, ranges.right)]
    target = int(operator.outputs[0])
    result = forms.new_int8_form(target, ranges.output)
    made = graph.make_operator("BATCH_MATMUL", BATCH_MATMUL_VERSION, sources, [result], operator.builtinOptions)
    forms.add_int8(made, target, ranges.output)
