"""Bytes of constants by layer in real artifacts."""

import pytest

from tests.inspection.conftest import ALL, HIDDEN, LENGTH, WORDS

WIDE = 4 * HIDDEN
GROUPS = 4
# Query, key and value; post-attention; intermediate; output; two norms.
LAYER_PARAMETERS = (
    3 * (HIDDEN * HIDDEN // GROUPS + HIDDEN)
    + (HIDDEN * HIDDEN + HIDDEN)
    + (WIDE * HIDDEN // GROUPS + WIDE)
    + (WIDE * HIDDEN // GROUPS + HIDDEN)
    + 4 * HIDDEN
)


def sizes(inspection):
    return {layer.layer: layer for layer in inspection.layers}


@pytest.mark.parametrize("format_name", ["executorch", "coreml", "tflite", "onnx"])
def test_fp32_word_embeddings_have_four_bytes_a_value(inspected, format_name):
    assert sizes(inspected(format_name, "fp32"))["word embeddings"].dtypes["float32"] == WORDS * HIDDEN * 4


@pytest.mark.parametrize(
    ("format_name", "recipe"), [("executorch", "int8-dynamic"), ("tflite", "int8-dynamic"), ("onnx", "int8-dynamic")]
)
def test_int8_word_embeddings_have_one_byte_a_value(inspected, format_name, recipe):
    assert sizes(inspected(format_name, recipe))["word embeddings"].dtypes["int8"] == WORDS * HIDDEN


def test_core_ml_zero_points_are_counted_with_the_weights(inspected):
    assert sizes(inspected("coreml", "int8-weight"))["word embeddings"].dtypes["int8"] == WORDS * HIDDEN + WORDS


@pytest.mark.parametrize("format_name", ["tflite", "onnx"])
@pytest.mark.parametrize("layer", ["layer 0", "layer 1"])
def test_fp32_layer_has_four_bytes_a_parameter(inspected, format_name, layer):
    assert sizes(inspected(format_name, "fp32"))[layer].dtypes == {"float32": LAYER_PARAMETERS * 4}


def test_scales_are_counted_with_the_layer(inspected):
    layer = sizes(inspected("onnx", "int8-dynamic"))["layer 0"]
    assert set(layer.dtypes) == {"uint8", "float32"}


def test_positions_of_a_tflite_are_counted_where_they_are_added(inspected):
    # LiteRT calls the table arith.constantN; the norm's scale and offset make up the rest.
    assert sizes(inspected("tflite", "fp32"))["embeddings"].dtypes["float32"] >= (LENGTH + 2) * HIDDEN * 4


def test_layers_come_in_the_order_of_the_model(inspected):
    assert list(sizes(inspected("onnx", "fp32")))[:6] == [
        "word embeddings",
        "position embeddings",
        "embeddings",
        "layer 0",
        "layer 1",
        "head",
    ]


def test_pte_groups_what_has_no_name_by_delegate(inspected):
    assert set(sizes(inspected("executorch", "int8-dynamic"))) <= {
        "word embeddings",
        "delegate 0 constants",
        "delegate 0 inputs",
        "unnamed",
    }


@pytest.mark.parametrize(("format_name", "recipe"), ALL)
def test_number_types_sum_to_the_layer(inspected, format_name, recipe):
    assert all(layer.bytes == sum(layer.dtypes.values()) for layer in inspected(format_name, recipe).layers)


@pytest.mark.parametrize(("format_name", "recipe"), ALL)
def test_constants_fit_into_the_file(inspected, format_name, recipe):
    inspection = inspected(format_name, recipe)
    assert 0 < inspection.constant_bytes <= inspection.bytes
