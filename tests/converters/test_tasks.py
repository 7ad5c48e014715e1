"""Every task's head and every way of pooling converts to every format, in fp32 and in int8."""

import numpy as np
import pytest
import torch

from converters import FORMATS, convert, recipes_of_format
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.runtimes import load_runtime
from edge.tasks import TASKS
from tests.checkpoints import save_sentence_transformer, save_squeezebert
from tests.plans import static_plan

LENGTH = 12
INPUTS = {
    "input_ids": np.array([[2, 10, 44, 150, 99, 160, 3, 0, 0, 0, 0, 0]], np.int32),
    "attention_mask": np.array([[1] * 7 + [0] * 5], np.int32),
    "token_type_ids": np.array([[0] * 5 + [1] * 2 + [0] * 5], np.int32),
}
# conftest.py converts text-classification, whose head multiple-choice has too.
CONVERTED = ("text-classification", "multiple-choice")
# Where tests are to take seconds, tests/test_model.py has each task in one format.
pytestmark = pytest.mark.slow


def run(artifact):
    runtime = load_runtime(
        artifact.format, artifact.path, artifact.inputs, artifact.outputs, 1, artifact.minimum_runtime
    )
    return runtime.run({spec.name: INPUTS[spec.name] for spec in artifact.inputs})


# In decibels; four bits have 16 steps, and a layer of random weights has no redundancy.
LEAST = {"int4-weight": 7}


def check(directory, format_name, folder):
    """Convert the checkpoint in `directory` and compare the fp32 and the int8 artifacts with the eager encoder."""
    checkpoint = load_checkpoint(directory)
    encoder = Encoder(checkpoint, LENGTH, EncoderVariant())
    with torch.no_grad():
        outputs = encoder(*(torch.from_numpy(INPUTS[name]) for name in encoder.input_names))
    expected = {name: value.numpy() for name, value in zip(encoder.output_names, outputs, strict=True)}
    recipes = tuple(recipe for recipe in recipes_of_format(format_name) if recipe.name != "fp16")

    plans = {"int8-static": static_plan(checkpoint, LENGTH)}

    control, *quantized = convert(format_name, checkpoint, recipes, LENGTH, folder, plans)

    found = run(control)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.abs(found[name] - value).max() <= 1e-4
    for int8 in quantized:
        found = run(int8)
        for name, value in expected.items():
            decibels = 10 * np.log10(np.square(value).sum() / np.square(found[name] - value).sum())
            assert decibels > LEAST.get(int8.recipe, 15)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("task", [name for name in TASKS if name not in CONVERTED])
def test_task(tmp_path, task, format_name):
    directory = save_squeezebert(tmp_path / "model", task, layers=1, hidden_size=64)

    check(directory, format_name, tmp_path)


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_pooling_mode_at_once(tmp_path, format_name):
    modes = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")
    pooling = {f"pooling_mode_{mode}": True for mode in modes}
    directory = save_sentence_transformer(tmp_path / "model", pooling, layers=1, hidden_size=64)

    check(directory, format_name, tmp_path)
