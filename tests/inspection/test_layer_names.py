"""Which layer the name of a constant belongs to."""

import pytest

from edge.inspection.layer_names import layer_of_module_path, layer_of_parameter, layer_order

ENCODER = "converters.tflite.NamedSignature/edge.encoder.encoder.Encoder_encoder"
LAYER = f"{ENCODER}/edge.encoder.encoder.EncoderLayer"


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("embeddings.word.weight", "word embeddings"),
        ("embeddings_word_weight_to_fp16_quantized", "word embeddings"),
        ("embeddings.position", "position embeddings"),
        ("embeddings.layer_norm.bias", "embeddings"),
        ("layers.0.attention.query.groups.3.weight_uint8", "layer 0"),
        ("layers_11_feed_forward_output_groups_0_weight_to_fp16", "layer 11"),
        ("head.classifier.weight", "head"),
        ("quantize_zero", "other"),
        ("val_12", "unnamed"),
        ("op_7_to_fp16", "unnamed"),
    ],
)
def test_parameter_name_gives_the_layer(name, layer):
    assert layer_of_parameter(name) == layer


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        (f"{LAYER}_0/edge.encoder.layer_norm.LayerNorm_output_norm;1", "layer 0"),
        (f"{LAYER}_11/edge.encoder.grouped_linear.GroupedLinear_post_attention/torch.nn.Linear_0;", "layer 11"),
        (f"{ENCODER}/edge.encoder.heads.TextClassifier_head/torch.nn.modules.linear.Linear_classifier;", "head"),
        (f"{ENCODER}/edge.encoder.embeddings.Embeddings_embeddings;", "embeddings"),
        (f"{ENCODER};1", "other"),
        ("arith.constant10", "unnamed"),
    ],
)
def test_module_path_gives_the_layer(name, layer):
    assert layer_of_module_path(name) == layer


def test_constant_of_two_layers_belongs_to_neither():
    assert layer_of_module_path(f"{LAYER}_0;;{LAYER}_1;") == "other"


def test_layers_are_ordered_by_number():
    names = ["unnamed", "layer 10", "head", "layer 9", "word embeddings"]
    assert sorted(names, key=layer_order) == ["word embeddings", "layer 9", "layer 10", "head", "unnamed"]
