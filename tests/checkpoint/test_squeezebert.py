"""A SqueezeBERT's weights come out as transformers has them."""

import pytest
import torch

from edge.checkpoint import load_checkpoint
from edge.checkpoint.tensor_shapes import required_tensors
from edge.tasks import TASKS
from tests.checkpoints import save_squeezebert, saved_model

ALL_GROUPS = [(4, 4, 4, 1, 4, 4), (1, 1, 1, 1, 1, 1), (2, 4, 1, 4, 8, 2)]


def reference_weights(directory):
    return {name.removeprefix("transformer."): value for name, value in saved_model(directory).state_dict().items()}


@pytest.mark.parametrize("task", TASKS)
def test_weights_equal_those_of_transformers(tmp_path, task):
    directory = save_squeezebert(tmp_path / "model", task)

    weights = load_checkpoint(directory).weights

    reference = reference_weights(directory)
    assert all(torch.equal(weight, reference[name]) for name, weight in weights.items())
    unused = {name.split(".")[0] for name in reference.keys() - weights.keys()} - {"cls"}
    assert unused <= {"pooler"}


@pytest.mark.parametrize("groups", ALL_GROUPS)
def test_any_groups_load(tmp_path, groups):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", groups=groups))

    config = checkpoint.config
    loaded = (config.q_groups, config.k_groups, config.v_groups)
    loaded += (config.post_attention_groups, config.intermediate_groups, config.output_groups)
    assert loaded == groups
    assert checkpoint.weights["encoder.layers.1.intermediate.conv1d.weight"].shape == (128, 32 // groups[4], 1)


@pytest.mark.parametrize("task", TASKS)
def test_only_the_tensors_of_the_task_are_returned(tmp_path, task):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", task))

    required = required_tensors(checkpoint.config, checkpoint.task, len(checkpoint.labels))
    assert {name: tuple(weight.shape) for name, weight in checkpoint.weights.items()} == required


def test_head_is_dropped_for_features(squeezebert):
    weights = load_checkpoint(squeezebert, "feature-extraction").weights

    assert not any(name.startswith(("classifier", "pooler")) for name in weights)


def test_fill_mask_decoder_is_the_word_embeddings(tmp_path):
    weights = load_checkpoint(save_squeezebert(tmp_path / "model", "fill-mask")).weights

    assert weights["cls.predictions.decoder.weight"] is weights["embeddings.word_embeddings.weight"]


def test_untied_fill_mask_has_its_own_decoder_and_bias(tmp_path):
    directory = save_squeezebert(tmp_path / "model", "fill-mask", config={"tie_word_embeddings": False})

    weights = load_checkpoint(directory).weights

    reference = reference_weights(directory)
    assert torch.equal(weights["cls.predictions.decoder.weight"], reference["cls.predictions.decoder.weight"])
    assert not torch.equal(weights["cls.predictions.decoder.weight"], weights["embeddings.word_embeddings.weight"])
    # transformers' decoder adds this bias; its other one, cls.predictions.bias, is unused when untied.
    assert torch.equal(weights["cls.predictions.bias"], reference["cls.predictions.decoder.bias"])


def test_layers_ignore_the_configured_epsilon_as_in_transformers(tmp_path):
    directory = save_squeezebert(tmp_path / "model", config={"layer_norm_eps": 1e-3})

    config = load_checkpoint(directory).config

    model = saved_model(directory).transformer
    assert config.layer_norm_eps == model.encoder.layers[0].output.layernorm.eps == 1e-12
    assert config.embedding_layer_norm_eps == model.embeddings.LayerNorm.eps == 1e-3


def test_checkpoint_describes_its_source(squeezebert):
    checkpoint = load_checkpoint(squeezebert)

    assert checkpoint.name == "sentiment"
    assert checkpoint.directory == squeezebert
    assert checkpoint.max_length == 64
    assert checkpoint.pooling is None
    assert len(checkpoint.source_sha256) == 64


def test_padding_rows_of_the_embeddings_are_kept(tmp_path):
    directory = save_squeezebert(tmp_path / "model", vocab_rows=208)

    assert load_checkpoint(directory).weights["embeddings.word_embeddings.weight"].shape == (208, 32)
