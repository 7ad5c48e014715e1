"""What config.json may say."""

import pytest

from edge.checkpoint import load_checkpoint
from tests.checkpoints import change_json, save_bert, save_squeezebert

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_pytorch_tanh",
    "gelu_pytorch_tanh": "gelu_pytorch_tanh",
    "relu": "relu",
}
SIZES = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "type_vocab_size",
)


@pytest.mark.parametrize("configured", ACTIVATIONS)
def test_activations_have_one_name_each(squeezebert, configured):
    change_json(squeezebert / "config.json", hidden_act=configured)

    assert load_checkpoint(squeezebert).config.hidden_act == ACTIVATIONS[configured]


def test_groups_default_to_those_of_squeezebert(squeezebert):
    absent = dict.fromkeys(("q_groups", "k_groups", "v_groups", "post_attention_groups", "intermediate_groups"), ...)
    change_json(squeezebert / "config.json", **absent, output_groups=..., layer_norm_eps=..., hidden_act=...)

    config = load_checkpoint(squeezebert).config

    assert (config.q_groups, config.k_groups, config.v_groups) == (4, 4, 4)
    assert (config.post_attention_groups, config.intermediate_groups, config.output_groups) == (1, 4, 4)
    assert (config.hidden_act, config.embedding_layer_norm_eps) == ("gelu", 1e-12)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model_type": "distilbert"}, "model_type 'distilbert' is not supported"),
        ({"model_type": ...}, "no 'model_type'"),
        ({"model_type": 7}, "'model_type' is 7"),
        ({"hidden_act": "silu"}, "hidden_act 'silu' is not supported"),
        ({"hidden_act": None}, "'hidden_act' is None"),
        ({"is_decoder": True}, "is_decoder is true"),
        ({"add_cross_attention": True}, "add_cross_attention is true"),
        ({"embedding_size": 16}, "embedding_size 16 differs from hidden_size 32"),
        ({"embedding_size": ...}, "embedding_size 768 (the default) differs from hidden_size 32"),
        ({"num_attention_heads": 5}, "num_attention_heads 5 does not divide hidden_size 32"),
        ({"q_groups": 3}, "q_groups 3 does not divide hidden_size 32"),
        ({"output_groups": 64}, "output_groups 64 does not divide hidden_size 32"),
        ({"layer_norm_eps": 0}, "'layer_norm_eps' is 0"),
        ({"layer_norm_eps": float("nan")}, "'layer_norm_eps' is nan"),
        ({"layer_norm_eps": 10**400}, "'layer_norm_eps' is"),
        ({"layer_norm_eps": "1e-12"}, "'layer_norm_eps' is '1e-12'"),
        ({"num_hidden_layers": 10**9}, "'num_hidden_layers' is 1000000000"),
        ({"architectures": "BertModel"}, "'architectures' is 'BertModel'"),
        ({"tie_word_embeddings": "yes"}, "'tie_word_embeddings' is 'yes'"),
    ],
)
def test_unusable_field_is_named_with_its_file(squeezebert, refusal, fields, reason):
    change_json(squeezebert / "config.json", **fields)

    message = refusal(squeezebert)

    assert message.startswith(f"{squeezebert / 'config.json'}: ")
    assert reason in message


@pytest.mark.parametrize("value", [0, -1, 2.5, "32", True, None, [32], {}])
@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_whole_numbers_above_zero(squeezebert, refusal, name, value):
    change_json(squeezebert / "config.json", **{name: value})

    assert f"config.json: '{name}' is {value!r}; correct it to a whole number" in refusal(squeezebert)


def test_relative_positions_are_refused(tmp_path, refusal):
    directory = save_bert(tmp_path / "model")
    change_json(directory / "config.json", position_embedding_type="relative_key")

    assert "position_embedding_type 'relative_key' is not supported" in refusal(directory)


def test_bert_ignores_fields_of_squeezebert(tmp_path):
    directory = save_bert(tmp_path / "model")
    change_json(directory / "config.json", q_groups=4, embedding_size=7)

    assert load_checkpoint(directory).config.q_groups == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
def test_file_that_is_no_json_object_is_refused(squeezebert, refusal, content):
    (squeezebert / "config.json").write_bytes(content)

    assert refusal(squeezebert).startswith(f"{squeezebert / 'config.json'}: ")


def test_unlikely_sizes_load(tmp_path):
    directory = save_squeezebert(tmp_path / "model", hidden_size=48, layers=1, heads=3, intermediate_size=72)

    config = load_checkpoint(directory).config

    assert (config.hidden_size, config.num_hidden_layers, config.intermediate_size) == (48, 1, 72)
