"""The floor of a .tflite: its int8 matrix products alone, quantized by the same code."""

from pathlib import Path
from typing import Any

import torch

from benchmarks.built import Built, TensorShape, operators_of
from benchmarks.product_chain import ProductChain, SeparateProducts, TransposedProduct, chain_of_recipe, chain_plan
from benchmarks.routes.request import Request
from converters import tflite
from edge.errors import ConversionError
from quantize.tflite_dynamic import quantize_weights
from quantize.tflite_graph import TFLiteGraph
from quantize.tflite_static import quantize_layers

PRODUCTS = ("FULLY_CONNECTED", "BATCH_MATMUL")


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one .tflite with an operator for each linear layer and int8 product of attention, and no other operator.

    Raises
    ------
    ConversionError
        If the file has other operators, or lost a product.
    """
    recipe = request.contestant.recipe
    chain = chain_of_recipe(request.checkpoint, recipe, request.sequence_length, tflite.VARIANT, int8_attention=True)
    float_path = directory / "float.tflite"
    path = directory / f"{request.contestant.name}-{request.sequence_length}.tflite"
    _convert_float(chain, float_path)
    dtype = "float32"
    if recipe == "int8-static":
        path.write_bytes(quantize_layers(float_path.read_bytes(), chain, chain_plan(chain)))
        dtype = "int8"
    else:
        path.write_bytes(quantize_weights(float_path.read_bytes()))
    float_path.unlink()
    path.write_bytes(_chained(path.read_bytes(), chain))
    operators = operators_of(path)
    if not set(operators) <= set(PRODUCTS) or sum(count for count, _ in operators.values()) != len(chain.layers):
        raise ConversionError(f"{path.name}: {len(chain.layers)} products became {operators}; correct the route")
    inputs = tuple(
        TensorShape(name, dtype, shape) for name, shape in zip(chain.input_names, chain.input_shapes, strict=True)
    )
    return {request.contestant.name: Built("tflite-products", path, inputs, (), None, operators)}


def _convert_float(chain: ProductChain, path: Path) -> None:
    """Write the products side by side: the converter would fold the bias of one into the next."""
    import litert_torch

    products = SeparateProducts(chain).eval()
    with torch.no_grad():
        litert_torch.convert(products, sample_kwargs=products.example_inputs()).export(str(path))


class _ProductGraph(TFLiteGraph):
    """A file of separate products, which can be chained."""

    def chain(self, chain: ProductChain) -> None:
        """Let each product read what `chain` says, and drop all other operators.

        What goes is QUANTIZE and DEQUANTIZE of static ranges, since all are equal and int8 outputs are int8 inputs, and
        the transposition of keys, which the product does while it packs them, as in the artifact.
        """
        (signature,) = self._model.signatureDefs
        tensors = {end.name.decode(): int(end.tensorIndex) for end in signature.outputs}
        producers = {int(operator.outputs[0]): operator for operator in self.operators}
        count = len(chain.input_shapes)
        products: list[Any] = []
        inputs: dict[int, int] = {}
        for index, sources in enumerate(chain.sources):
            product = producers[tensors[f"product_{index}"]]
            while self.operator_name(product) not in PRODUCTS:
                product = producers[int(product.inputs[0])]
            operands = [int(operand) for operand in product.inputs]
            if isinstance(chain.layers[index], TransposedProduct):
                product.builtinOptions.adjY = True
                while self.operator_name(producers[operands[1]]) != "QUANTIZE":
                    operands[1] = int(producers[operands[1]].inputs[0])
            for place, source in enumerate(sources):
                if source < count:
                    operands[place] = inputs.setdefault(source, operands[place])
                else:
                    operands[place] = int(products[source - count].outputs[0])
            product.inputs = operands
            products.append(product)
        self.operators = products
        self._graph.inputs = [inputs[source] for source in range(count)]
        self._graph.outputs = [int(products[number - count].outputs[0]) for number in chain.output_indices]
        # It names the ends that were.
        self._model.signatureDefs = None


def _chained(content: bytes, chain: ProductChain) -> bytes:
    graph = _ProductGraph(content)
    graph.chain(chain)
    return graph.serialize()
