"""int8-dynamic in a float .tflite: the file rewritten, with the int8 values of every other format.

ai-edge-quantizer does the same but for the embeddings: those it leaves to LiteRT's own dequantizing lookup, which is
five times slower than this form and which runtimes before TensorFlow 2.18 compute wrong.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from quantize.tflite_graph import Quantization, TFLiteGraph
from quantize.weights import quantize_rows


def quantize_weights(content: bytes) -> bytes:
    """Return a float .tflite with int8 weights: per output channel in linear layers, per row in embeddings.

    A FULLY_CONNECTED with float input and int8 weights quantizes each row of its input while it runs.
    """
    graph = TFLiteGraph(content)
    operators: list[Any] = []
    for operator in graph.operators:
        name = graph.operator_name(operator)
        weight = int(operator.inputs[1]) if name in ("FULLY_CONNECTED", "EMBEDDING_LOOKUP") else -1
        if weight < 0 or graph.constant(weight) is None:
            operators.append(operator)
        elif name == "FULLY_CONNECTED":
            values, scales = _quantized(graph, weight)
            inputs = [int(index) for index in operator.inputs]
            inputs[1] = graph.add_constant(graph.tensor(weight).name, values, Quantization(scales))
            operator.inputs = inputs
            operators.append(operator)
        else:
            operators.extend(_int8_lookup(graph, operator, weight))
    graph.operators = operators
    return graph.serialize()


def _int8_lookup(graph: TFLiteGraph, operator: Any, table: int) -> Iterator[Any]:
    """Yield what replaces a float EMBEDDING_LOOKUP: as `quantize.embedding` writes it in PyTorch."""
    values, scales = _quantized(graph, table)
    ids, result = int(operator.inputs[0]), int(operator.outputs[0])
    # The table's own name may be a number; that of the result says whose it is.
    name, shape = graph.tensor(result).name, list(graph.tensor(result).shape)
    rows = graph.add_tensor(name + b";rows", shape, "INT8")
    row_scales = graph.add_tensor(name + b";row_scales", [*shape[:-1], 1], "FLOAT32")
    unscaled = graph.add_tensor(name + b";unscaled", shape, "FLOAT32")
    for constant, found in (
        (graph.add_constant(name + b";values", values), rows),
        (graph.add_constant(name + b";scales", scales[:, np.newaxis]), row_scales),
    ):
        yield graph.make_operator("EMBEDDING_LOOKUP", 1, [ids, constant], [found])
    yield graph.make_operator("CAST", 1, [rows], [unscaled])
    yield graph.make_operator("MUL", 1, [unscaled, row_scales], [result])


def _quantized(graph: TFLiteGraph, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Return int8 values and float32 scales of a constant float32 matrix, by row."""
    content = graph.constant(index)
    assert content is not None
    weight = np.frombuffer(content, np.float32).reshape(graph.tensor(index).shape)
    values, scales = quantize_rows(torch.from_numpy(weight.copy()))
    return values.numpy(), scales.numpy()
