"""The floor of a .pte: its int8 matrix products alone, quantized and lowered by the same code."""

from pathlib import Path

import torch

from benchmarks.built import Built, TensorShape, operators_of
from benchmarks.product_chain import chain_of_recipe, chain_plan
from benchmarks.routes.request import Request
from converters import executorch as converter
from edge.errors import ConversionError
from quantize import dynamic_linear, static_linear

PRODUCT = "XNNFullyConnected"
# Quantization: of each product's input at run time; with static ranges, of the graph's inputs and outputs alone.
CONVERSION = "XNNConvert"


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one .pte with a product for each linear layer, its run-time quantization, and no other operator.

    Raises
    ------
    ConversionError
        If the file has other operators, or lost a product.
    """
    recipe, length = request.contestant.recipe, request.sequence_length
    chain = chain_of_recipe(request.checkpoint, recipe, length, converter.VARIANT, int8_attention=False)
    count = len(chain.layers)
    is_static = recipe == "int8-static"
    if is_static:
        static_linear.quantize_linears(chain, chain_plan(chain))
    else:
        dynamic_linear.quantize_linears(chain)
    with torch.no_grad():
        program = torch.export.export(chain, chain.example_inputs(), strict=False)
        if is_static:
            _round_once(program.graph_module)
    path = directory / f"{request.contestant.name}-{request.sequence_length}.pte"
    converter.write_lowered(program, path)
    operators = operators_of(path)
    inside = {name: total - outside for name, (total, outside) in operators.items()}
    others = set(operators) - {PRODUCT, CONVERSION, "XnnpackBackend"}
    if inside.get(PRODUCT) != count or others:
        raise ConversionError(f"{path.name}: {count} products became {operators}; correct the route")
    inputs = tuple(
        TensorShape(name, "float32", shape) for name, shape in zip(chain.input_names, chain.input_shapes, strict=True)
    )
    return {request.contestant.name: Built("executorch-products", path, inputs, (), None, operators)}


def _round_once(module: torch.fx.GraphModule) -> None:
    """Remove each pair of quantize and dequantize that reads a pair of the same scale: it changes nothing."""
    ops = torch.ops.quantized_decomposed
    quantize, dequantize = ops.quantize_per_tensor.default, ops.dequantize_per_tensor.default
    for node in list(module.graph.nodes):
        if node.op != "call_function" or node.target is not dequantize or node.args[0].target is not quantize:
            continue
        read = node.args[0].args[0]
        if getattr(read, "target", None) is dequantize and read.args[1:3] == node.args[1:3]:
            # Each reader keeps a dequantize of its own: the partitioner makes cycles of a shared one.
            node.replace_input_with(node.args[0], read.args[0])
    end = next(node for node in module.graph.nodes if node.op == "output")
    end.args = (tuple(node.args[0] if node.target is dequantize else node for node in end.args[0]),)
    module.graph.eliminate_dead_code()
    module.recompile()
