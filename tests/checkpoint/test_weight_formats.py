"""All ways in which Hugging Face folders store weights."""

import pytest
import torch
from safetensors.torch import load_file, save_file

from edge.checkpoint import load_checkpoint
from tests.checkpoints import save_bert, save_squeezebert


def assert_same_weights(found, expected):
    assert found.weights.keys() == expected.weights.keys()
    assert all(torch.equal(weight, expected.weights[name]) for name, weight in found.weights.items())


@pytest.mark.parametrize(
    "layout", [{"safetensors": False}, {"shard_size": "20KB"}, {"safetensors": False, "shard_size": "20KB"}]
)
def test_every_layout_gives_the_same_weights(tmp_path, intact_squeezebert, layout):
    directory = save_squeezebert(tmp_path / "model", **layout)

    files = {path.name for path in directory.iterdir()}
    assert "model.safetensors" not in files
    assert_same_weights(load_checkpoint(directory), load_checkpoint(intact_squeezebert))


@pytest.mark.parametrize("safetensors", [True, False])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_returned_as_float32(tmp_path, intact_squeezebert, dtype, safetensors):
    directory = save_squeezebert(tmp_path / "model", dtype=dtype, safetensors=safetensors)

    weights = load_checkpoint(directory).weights

    for name, weight in load_checkpoint(intact_squeezebert).weights.items():
        assert weights[name].dtype == torch.float32
        assert torch.equal(weights[name], weight.to(dtype).float())


def test_safetensors_are_preferred(squeezebert):
    (squeezebert / "pytorch_model.bin").write_bytes(b"not read")

    load_checkpoint(squeezebert)


def test_weights_outlive_the_file(squeezebert):
    weights = load_checkpoint(squeezebert).weights
    before = weights["classifier.weight"].clone()

    path = squeezebert / "model.safetensors"
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\0" * 4096)

    assert torch.equal(weights["classifier.weight"], before)


def test_names_of_converted_tensorflow_models_are_known(tmp_path):
    directory = save_bert(tmp_path / "model", "fill-mask")
    expected = load_checkpoint(directory)
    legacy = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in load_file(directory / "model.safetensors").items()
    }
    save_file(legacy, directory / "model.safetensors")

    assert any(name.endswith(".gamma") for name in legacy)
    assert_same_weights(load_checkpoint(directory), expected)


def test_position_buffers_of_older_versions_are_ignored(squeezebert):
    expected = load_checkpoint(squeezebert)
    tensors = load_file(squeezebert / "model.safetensors")
    tensors["transformer.embeddings.position_ids"] = torch.arange(64).unsqueeze(0)
    save_file(tensors, squeezebert / "model.safetensors")

    assert_same_weights(load_checkpoint(squeezebert), expected)


def test_encoder_saved_without_prefix_loads(squeezebert):
    expected = load_checkpoint(squeezebert)
    tensors = load_file(squeezebert / "model.safetensors")
    save_file(
        {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()},
        squeezebert / "model.safetensors",
    )

    assert_same_weights(load_checkpoint(squeezebert), expected)
