"""Inputs and outputs of an .onnx: one text of fixed length in the bundle, and what Hugging Face's clients feed.

The nodes serve any number of texts of any length up to S (`edge.encoder.batched`). The bundle's artifact declares
inputs of (1, S), from which onnxruntime folds every computed shape into a constant when it loads the file.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

BATCH, CHOICES, SEQUENCE = "batch", "choices", "sequence"
TOKEN_VECTORS = "last_hidden_state"


def fix_shapes(model: "onnx.ModelProto", sequence_length: int, outputs: Sequence[str]) -> None:
    """Declare inputs of one text with `sequence_length` tokens, and just `outputs`, in place.

    Parameters
    ----------
    model
        Its free axes are called ``batch`` and ``sequence``.
    outputs
        Names of those that stay; the others stay in the graph, where `free_shapes` finds them.
    """
    graph = model.graph
    kept = [output for output in graph.output if output.name in outputs]
    del graph.output[:]
    graph.output.extend(kept)
    sizes = {BATCH: 1, SEQUENCE: sequence_length}
    for value in (*graph.input, *graph.output):
        for axis in value.type.tensor_type.shape.dim:
            if axis.dim_param:
                axis.dim_value = sizes[axis.dim_param]


def free_shapes(model: "onnx.ModelProto", hidden_size: int, choices: bool) -> None:
    """Declare the inputs and outputs as Hugging Face's exporters do, in place: int64, any batch, any length up to S.

    Where the model pools, the vectors of the tokens become an output too.

    Parameters
    ----------
    model
        As `fix_shapes` left it.
    hidden_size
        Of the encoder.
    choices
        Whether each example is a list of texts, as in multiple-choice: inputs (batch, choices, sequence) and logits
        (batch, choices).
    """
    from onnx import TensorProto
    from onnx.helper import make_tensor_value_info

    graph = model.graph
    for value in graph.input:
        # The nodes that read the inputs look up rows, cast and reshape: they take integers of both sizes.
        value.CopyFrom(make_tensor_value_info(value.name, TensorProto.INT64, [BATCH, SEQUENCE]))
    for value in graph.output:
        sizes = [axis.dim_value for axis in value.type.tensor_type.shape.dim]
        axes = [BATCH, SEQUENCE, *sizes[2:]] if _has_tokens(value.name, sizes) else [BATCH, *sizes[1:]]
        value.CopyFrom(make_tensor_value_info(value.name, TensorProto.FLOAT, axes))
    if any(value.name == "sentence_embedding" for value in graph.output):
        vectors = make_tensor_value_info(TOKEN_VECTORS, TensorProto.FLOAT, [BATCH, SEQUENCE, hidden_size])
        graph.output.insert(0, vectors)
    if choices:
        _take_choices(graph)


def _has_tokens(name: str, sizes: Sequence[int]) -> bool:
    return len(sizes) == 3 or name in ("start_logits", "end_logits")


def _take_choices(graph: "onnx.GraphProto") -> None:
    """Make the choices of all examples one batch before the first node, and undo it after the last."""
    from onnx import TensorProto, numpy_helper
    from onnx.helper import make_node, make_tensor_value_info

    names = [value.name for value in graph.input]
    (logits,) = graph.output
    for node in graph.node:
        node.input[:] = [f"{name}_rows" if name in names else name for name in node.input]
        node.output[:] = [f"{name}_rows" if name == logits.name else name for name in node.output]
    first, last = names[0], "choices_sequence"
    before = [
        make_node("Shape", [first], [last], start=2),
        make_node("Concat", ["choices_all", last], ["choices_rows"], axis=0),
        *(make_node("Reshape", [name, "choices_rows"], [f"{name}_rows"]) for name in names),
    ]
    after = [
        make_node("Shape", [first], ["choices_examples"], end=2),
        make_node("Reshape", [f"{logits.name}_rows", "choices_examples"], [logits.name]),
    ]
    nodes = [*before, *graph.node, *after]
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "choices_all"))
    for value in graph.input:
        value.CopyFrom(make_tensor_value_info(value.name, TensorProto.INT64, [BATCH, CHOICES, SEQUENCE]))
    logits.CopyFrom(make_tensor_value_info(logits.name, TensorProto.FLOAT, [BATCH, CHOICES]))
