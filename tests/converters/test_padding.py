"""int8-static with three tokens and 125 places of padding: what stands in the padding changes nothing."""

import numpy as np
import pytest
import torch

from converters import FORMATS, convert
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.runtimes import load_runtime
from quantize import find_recipe
from tests.checkpoints import save_squeezebert
from tests.plans import static_plan

LENGTH = 128
TOKENS = (2, 40, 3)
LEAST_SQNR_DB = 15.0
EACH_FORMAT = [pytest.param(name, marks=[pytest.mark.slow] * (name == "executorch")) for name in FORMATS]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint") / "model"
    return load_checkpoint(save_squeezebert(folder, layers=1, hidden_size=64, max_length=LENGTH))


@pytest.fixture(scope="module")
def exact(checkpoint):
    """Return the fp32 logits of the three tokens alone."""
    encoder = Encoder(checkpoint, len(TOKENS), EncoderVariant())
    with torch.no_grad():
        (logits,) = encoder(
            torch.tensor([TOKENS], dtype=torch.int32), *(torch.tensor([[v] * 3], dtype=torch.int32) for v in (1, 0))
        )
    return logits.numpy()


@pytest.mark.parametrize("format_name", EACH_FORMAT)
def test_padding_does_not_leak(checkpoint, exact, tmp_path, format_name):
    plans = {"int8-static": static_plan(checkpoint, LENGTH)}
    (artifact,) = convert(format_name, checkpoint, (find_recipe("int8-static"),), LENGTH, tmp_path, plans)
    runtime = load_runtime(format_name, artifact.path, artifact.inputs, artifact.outputs, 1, artifact.minimum_runtime)

    def logits(padding):
        ids = np.full((1, LENGTH), padding, np.int32)
        mask = np.zeros_like(ids)
        ids[0, : len(TOKENS)], mask[0, : len(TOKENS)] = TOKENS, 1
        return runtime.run({"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})["logits"]

    zeros, others = logits(0).copy(), logits(99)

    assert np.array_equal(zeros, others)
    assert 10 * np.log10(np.square(exact).sum() / np.square(zeros - exact).sum()) > LEAST_SQNR_DB
