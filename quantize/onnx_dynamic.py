"""int8-dynamic for ONNX graphs: each linear layer's input is quantized per row while it runs.

onnxruntime's own `quantize_dynamic` has one range for the whole input, which costs parity
(tests/quantize/test_onnx_against_onnxruntime.py measures it), and signed weights, which saturate on x86 processors
without VNNI. Here weights are unsigned with zero point 128, which every processor multiplies exactly, and the row's
zero point is applied after the product.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch

from quantize.weights import quantize_rows

if TYPE_CHECKING:
    import onnx

WEIGHT_ZERO_POINT = 128
LARGEST_UINT8 = 255.0


def quantize_linears(model: "onnx.ModelProto") -> "onnx.ModelProto":
    """Return `model` with every Gemm of a constant weight computed in int8.

    Parameters
    ----------
    model
        Opset 18 or later; Gemm weights are (out, in) with ``transB``.
    """
    from onnx import ModelProto, numpy_helper

    quantized = ModelProto()
    quantized.CopyFrom(model)
    graph = quantized.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    added: list[onnx.TensorProto] = _shared_constants()
    replaced: set[str] = set()
    quantized_inputs: dict[str, _Row] = {}
    for node in graph.node:
        if node.op_type != "Gemm" or node.input[1] not in constants:
            nodes.append(node)
            continue
        # The exporter leaves out a bias of zeros, and keeps equal weights once.
        source, weight_name, bias_name = (*node.input, "")[:3]
        if source not in quantized_inputs:
            quantized_inputs[source] = _Row(source)
            nodes += _quantize_input(source)
        if weight_name not in replaced:
            weight = torch.from_numpy(numpy_helper.to_array(constants[weight_name]).copy())
            added += _weight_constants(weight, weight_name)
        nodes += _product(quantized_inputs[source], weight_name, bias_name, node.output[0])
        replaced.add(weight_name)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend([*kept, *added])
    graph.node.extend(nodes)
    return quantized


class _Row:
    """Names of a quantized input's parts: uint8 values, and each row's scale and negated zero point."""

    def __init__(self, source: str) -> None:
        self.values = f"{source}_uint8"
        self.scale = f"{source}_scale"
        self.negated_zero_point = f"{source}_negated_zero_point"


def _shared_constants() -> list["onnx.TensorProto"]:
    from onnx import numpy_helper

    values: dict[str, np.ndarray] = {
        "quantize_last_axis": np.array([-1], np.int64),
        "quantize_zero": np.array(0, np.float32),
        # Of a row of zeros: any positive scale represents it.
        "quantize_smallest_scale": np.array(1e-12, np.float32),
        "quantize_largest": np.array(LARGEST_UINT8, np.float32),
        "quantize_input_zero_point": np.array(0, np.uint8),
        "quantize_weight_zero_point": np.array(WEIGHT_ZERO_POINT, np.uint8),
    }
    return [numpy_helper.from_array(value, name) for name, value in values.items()]


def _weight_constants(weight: torch.Tensor, name: str) -> list["onnx.TensorProto"]:
    from onnx import numpy_helper

    signed, scales = quantize_rows(weight)
    sums = signed.to(torch.int32).sum(dim=1).to(torch.float32)
    unsigned = (signed.to(torch.int16) + WEIGHT_ZERO_POINT).to(torch.uint8).T.contiguous()
    values = {f"{name}_uint8": unsigned, f"{name}_scale": scales.unsqueeze(0), f"{name}_sum": sums.unsqueeze(0)}
    return [numpy_helper.from_array(value.numpy(), key) for key, value in values.items()]


def _quantize_input(source: str) -> list["onnx.NodeProto"]:
    """Quantize each row of `source` (rows, in) to uint8: values = round(x / scale) + zero point."""
    from onnx import TensorProto
    from onnx.helper import make_node

    row = _Row(source)

    def name(part: str) -> str:
        return f"{source}_{part}"

    return [
        make_node("ReduceMax", [source, "quantize_last_axis"], [name("row_max")], keepdims=1),
        make_node("ReduceMin", [source, "quantize_last_axis"], [name("row_min")], keepdims=1),
        # Zero is always in range, so that it is exact.
        make_node("Max", [name("row_max"), "quantize_zero"], [name("high")]),
        make_node("Min", [name("row_min"), "quantize_zero"], [name("low")]),
        make_node("Sub", [name("high"), name("low")], [name("range")]),
        make_node("Div", [name("range"), "quantize_largest"], [name("step")]),
        make_node("Max", [name("step"), "quantize_smallest_scale"], [row.scale]),
        make_node("Div", [name("low"), row.scale], [name("low_steps")]),
        make_node("Round", [name("low_steps")], [row.negated_zero_point]),
        make_node("Div", [source, row.scale], [name("steps")]),
        make_node("Round", [name("steps")], [name("rounded")]),
        make_node("Sub", [name("rounded"), row.negated_zero_point], [name("shifted")]),
        make_node("Clip", [name("shifted"), "quantize_zero", "quantize_largest"], [name("clipped")]),
        make_node("Cast", [name("clipped")], [row.values], to=TensorProto.UINT8),
    ]


def _product(row: _Row, weight: str, bias: str, output: str) -> list["onnx.NodeProto"]:
    """Compute scale * weight_scale * (values @ weight + negated_zero_point * sum of weights) + bias."""
    from onnx import TensorProto
    from onnx.helper import make_node

    def name(part: str) -> str:
        return f"{output}_{part}"

    product = name("product") if bias else output
    factors = [row.values, f"{weight}_uint8", "quantize_input_zero_point", "quantize_weight_zero_point"]
    nodes = [
        make_node("MatMulInteger", factors, [name("int32")]),
        make_node("Cast", [name("int32")], [name("sum")], to=TensorProto.FLOAT),
        make_node("Mul", [row.negated_zero_point, f"{weight}_sum"], [name("offset")]),
        make_node("Add", [name("sum"), name("offset")], [name("centred")]),
        # The two scales are applied one after the other: onnxruntime fuses a product of them into an operator that
        # takes one input scale only, and computes wrong values.
        make_node("Mul", [name("centred"), row.scale], [name("scaled")]),
        make_node("Mul", [name("scaled"), f"{weight}_scale"], [product]),
    ]
    return [*nodes, make_node("Add", [product, bias], [output])] if bias else nodes
