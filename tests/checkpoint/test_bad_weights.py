"""Weights that do not fit or are damaged are refused, with the file and the tensor."""

import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.checkpoints import change_json, save_bert, save_squeezebert, write_json

QUERY = "transformer.encoder.layers.1.attention.query.weight"


def change_tensors(directory, **changes):
    """Replace tensors of model.safetensors; the value None removes one."""
    path = directory / "model.safetensors"
    tensors = {**load_file(path), **changes}
    save_file({name: tensor for name, tensor in tensors.items() if tensor is not None}, path)


def test_no_weights(squeezebert, refusal):
    (squeezebert / "model.safetensors").unlink()

    assert f"{squeezebert}: neither model.safetensors nor pytorch_model.bin" in refusal(squeezebert)


def test_no_config(squeezebert, refusal):
    (squeezebert / "config.json").unlink()

    assert f"{squeezebert / 'config.json'}: no such file" in refusal(squeezebert)


def test_shape_names_tensor_found_and_expected(squeezebert, refusal):
    change_tensors(squeezebert, **{"transformer.pooler.dense.weight": torch.zeros(32, 16)})

    message = refusal(squeezebert)

    assert message.startswith(f"{squeezebert / 'model.safetensors'}: tensor 'transformer.pooler.dense.weight'")
    assert "has shape (32, 16), expected (32, 32)" in message


def test_shapes_of_bert_are_told_as_stored(tmp_path, refusal):
    directory = save_bert(tmp_path / "model")
    change_tensors(directory, **{"bert.encoder.layer.0.output.dense.weight": torch.zeros(32, 64)})

    assert "'bert.encoder.layer.0.output.dense.weight' has shape (32, 64), expected (32, 128)" in refusal(directory)


def test_other_groups_are_told_in_words(squeezebert, refusal):
    change_tensors(squeezebert, **{QUERY: torch.zeros(32, 16, 1)})

    assert "the weights have 2 groups where config.json has q_groups 4; correct q_groups" in refusal(squeezebert)


@pytest.mark.parametrize(("configured", "found"), [(1, 2), (3, 2)])
def test_number_of_layers_must_fit(squeezebert, refusal, configured, found):
    change_json(squeezebert / "config.json", num_hidden_layers=configured)

    assert f"{found} encoder layers of type squeezebert, but config.json has {configured}" in refusal(squeezebert)


def test_model_type_must_fit_the_weights(squeezebert, refusal):
    change_json(squeezebert / "config.json", model_type="bert")

    assert refusal(squeezebert).startswith(f"{squeezebert / 'model.safetensors'}: ")


def test_missing_encoder_tensor_is_named(squeezebert, refusal):
    change_tensors(squeezebert, **{QUERY: None})

    assert "no tensor 'encoder.layers.1.attention.query.weight'" in refusal(squeezebert)


def test_tensor_that_the_encoder_would_not_use_is_refused(squeezebert, refusal):
    extra = "transformer.encoder.layers.0.adapter.weight"
    change_tensors(squeezebert, **{extra: torch.zeros(4)})

    assert f"tensor '{extra}' is no part of a squeezebert encoder" in refusal(squeezebert)


def test_same_tensor_under_two_names_is_refused(squeezebert, refusal):
    change_tensors(squeezebert, **{"pooler.dense.bias": torch.zeros(32)})

    assert "are the same weight; remove one" in refusal(squeezebert)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_must_be_finite(squeezebert, refusal, value):
    weight = load_file(squeezebert / "model.safetensors")[QUERY]
    weight[3, 2, 0] = value
    change_tensors(squeezebert, **{QUERY: weight})

    assert f"tensor '{QUERY}' holds NaN or infinity" in refusal(squeezebert)


@pytest.mark.parametrize("dtype", [torch.float64, torch.int8])
def test_other_types_of_number_are_refused(squeezebert, refusal, dtype):
    change_tensors(squeezebert, **{QUERY: torch.zeros(32, 8, 1, dtype=dtype)})

    assert "save the model as float16, bfloat16, float32" in refusal(squeezebert)


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 100, 20_000, -1])
def test_truncated_safetensors(squeezebert, refusal, kept):
    path = squeezebert / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])

    assert refusal(squeezebert) == f"{path}: not a complete safetensors file; copy or download the file again"


@pytest.mark.parametrize("kept", [0, 1, 100, 20_000, -1])
def test_truncated_torch_file(tmp_path, refusal, kept):
    path = save_squeezebert(tmp_path / "model", safetensors=False) / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:kept])

    assert refusal(path.parent) == f"{path}: not a complete PyTorch file; copy or download the file again"


class Payload:
    """Runs a command when an unguarded unpickler meets it."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        import os

        return os.system, (self.command,)


def save_plain_pickle(content, path):
    path.write_bytes(pickle.dumps(content, protocol=2))


@pytest.mark.parametrize("save", [torch.save, save_plain_pickle])
def test_pickle_that_runs_code_is_refused_and_not_run(tmp_path, refusal, save):
    path = save_squeezebert(tmp_path / "model", safetensors=False) / "pytorch_model.bin"
    save({"weight": Payload(f"touch {tmp_path}/ran")}, path)

    assert f"{path}: holds more than tensors and loading it could run code" in refusal(path.parent)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content", [3, [torch.zeros(2)], {"epoch": 3}, {3: torch.zeros(2)}, {"a": torch.eye(2).to_sparse()}]
)
def test_torch_file_of_other_things(tmp_path, refusal, content):
    path = save_squeezebert(tmp_path / "model", safetensors=False) / "pytorch_model.bin"
    torch.save(content, path)

    assert refusal(path.parent).startswith(f"{path}: ")


@pytest.fixture(params=[True, False], ids=["safetensors", "torch"])
def index(request, tmp_path):
    """Return the index of a sharded checkpoint."""
    directory = save_squeezebert(tmp_path / "model", safetensors=request.param, shard_size="20KB")
    return next(directory.glob("*.index.json"))


def test_missing_shard_is_named(index, refusal):
    shard = next(index.parent.glob("*-00001-of-*"))
    shard.unlink()

    assert f"{index}: its file '{shard.name}' is missing" in refusal(index.parent)


@pytest.mark.parametrize("name", ["../{}", "/tmp/{}", "a\\{}", "..", "config.json", 3, None])
def test_index_stays_in_its_folder(index, refusal, name):
    shard = next(index.parent.glob("*-00001-of-*")).name
    write_json(index, {"weight_map": {"classifier.weight": name.format(shard) if isinstance(name, str) else name}})

    assert "is not the name of a " in refusal(index.parent)


@pytest.mark.parametrize("content", [{}, {"weight_map": {}}, {"weight_map": []}, [], 3])
def test_malformed_index(index, refusal, content):
    write_json(index, content)

    assert refusal(index.parent).startswith(f"{index}: ")


def test_index_and_shards_must_agree(index, refusal):
    shard = next(index.parent.glob("*-00001-of-*"))
    write_json(index, {"weight_map": {"no.such.tensor": shard.name}})

    assert f"{shard}: no tensor 'no.such.tensor', which {index.name} places there" in refusal(index.parent)
