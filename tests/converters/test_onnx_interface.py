"""Inputs and outputs of .onnx files: fixed in the bundle, free for Hugging Face's clients."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from converters import convert
from converters.onnx_interface import fix_shapes, free_shapes
from converters.onnx_metadata import read_metadata
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from quantize import find_recipe
from tests.checkpoints import save_sentence_transformer

LENGTH = 8


def sum_model(output):
    """Return a model whose logits are the sum of each text's embedded ids: enough of an encoder to reshape."""
    table = numpy_helper.from_array(np.arange(10, dtype=np.float32).reshape(10, 1), "table")
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    nodes = [
        make_node("Gather", ["table", "input_ids"], ["vectors"]),
        make_node("ReduceSum", ["vectors", "axes"], [output], keepdims=0),
    ]
    ids = make_tensor_value_info("input_ids", TensorProto.INT32, ["batch", "sequence"])
    result = make_tensor_value_info(output, TensorProto.FLOAT, ["batch", 1])
    return make_model(
        make_graph(nodes, "sum", [ids], [result], [table, axes]), opset_imports=[make_opsetid("", 20)], ir_version=10
    )


def run(model, outputs, **feed):
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(outputs, feed)


@pytest.fixture(scope="module")
def sentence_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sentence")
    checkpoint = load_checkpoint(save_sentence_transformer(folder / "checkpoint"))
    (artifact,) = convert("onnx", checkpoint, (find_recipe("fp32"),), LENGTH, folder, {})
    return onnx.load(artifact.path)


def test_fixed_inputs_are_one_text_of_int32():
    model = sum_model("logits")

    fix_shapes(model, LENGTH, ["logits"])

    (ids,) = model.graph.input
    assert [axis.dim_value for axis in ids.type.tensor_type.shape.dim] == [1, LENGTH]
    assert run(model, ["logits"], input_ids=np.ones((1, LENGTH), np.int32)) == [LENGTH]


def test_free_inputs_are_int64_of_any_batch_and_length():
    model = sum_model("logits")
    fix_shapes(model, LENGTH, ["logits"])

    free_shapes(model, hidden_size=1, choices=False)

    (found,) = run(model, ["logits"], input_ids=np.array([[1, 2, 3], [4, 5, 6]]))
    np.testing.assert_array_equal(found, [[6], [15]])


def test_choices_are_an_axis_of_their_own():
    model = sum_model("logits")
    fix_shapes(model, LENGTH, ["logits"])

    free_shapes(model, hidden_size=1, choices=True)

    (found,) = run(model, ["logits"], input_ids=np.array([[[1, 2], [3, 4], [5, 6]], [[0, 0], [0, 1], [1, 1]]]))
    np.testing.assert_array_equal(found, [[3, 7, 11], [0, 1, 2]])


def test_the_bundles_sentence_encoder_has_one_output_and_the_free_one_two(sentence_model):
    assert [output.name for output in sentence_model.graph.output] == ["sentence_embedding"]
    free = onnx.ModelProto()
    free.CopyFrom(sentence_model)

    free_shapes(free, hidden_size=32, choices=False)

    ones = np.ones((2, 5), np.int64)
    vectors, embedding = run(free, ["last_hidden_state", "sentence_embedding"], input_ids=ones, attention_mask=ones)
    assert vectors.shape == (2, 5, 32)
    mean = vectors.mean(axis=1)
    np.testing.assert_allclose(embedding, mean / np.linalg.norm(mean, axis=1, keepdims=True), atol=1e-6)


def test_onnxruntime_folds_every_computed_shape_of_the_bundles_file(sentence_model, tmp_path):
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 3

    onnxruntime.InferenceSession(sentence_model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    assert "Shape" not in {node.op_type for node in onnx.load(tmp_path / "optimized.onnx").graph.node}


def test_the_file_says_what_the_model_is(sentence_model):
    metadata = read_metadata(sentence_model, "model.onnx")

    assert metadata["task"] == "feature-extraction"
    assert metadata["pooling"] == {"modes": ["mean"], "normalize": True}
    assert metadata["config"]["num_attention_heads"] == 4


def test_a_file_without_metadata_is_refused():
    with pytest.raises(InputError, match=r"^model\.onnx: lacks the metadata"):
        read_metadata(sum_model("logits"), "model.onnx")
