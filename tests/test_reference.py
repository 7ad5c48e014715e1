"""The fp32 reference is transformers' own model, without padding."""

import pytest
import torch

from edge.checkpoint import Pooling, load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.pooling import SentencePooling
from edge.examples import make_examples
from edge.reference import pool, reference_outputs
from edge.samples import Sample
from edge.tasks import TASKS
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_squeezebert

SAMPLES = [Sample("pay my bill"), Sample("the bank " * 20)]


@pytest.mark.parametrize("task", TASKS)
def test_one_row_for_each_position_that_counts(tmp_path, task):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", task))
    examples = make_examples(SAMPLES, checkpoint.task, False, Tokenizer(checkpoint.directory), 16)

    outputs = reference_outputs(checkpoint, examples)

    shapes = Encoder(checkpoint, 16, EncoderVariant())(*[torch.ones(1, 16, dtype=torch.int32)] * 3)
    for example, values in zip(examples, outputs, strict=True):
        assert tuple(values) == TASKS[task].outputs
        for value, padded in zip(values.values(), shapes, strict=True):
            rows = padded.shape[1:] if example.positions is None else (len(example.positions), *padded.shape[2:])
            assert value.shape == tuple(rows)


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("mode", ["cls", "mean", "max", "mean_sqrt_len"])
def test_pooling_is_the_encoder_s(mode, normalize):
    hidden = torch.randn(1, 7, 5, generator=torch.Generator().manual_seed(0))
    pooling = Pooling((mode,), normalize)

    torch.testing.assert_close(
        pool(hidden, pooling), SentencePooling(pooling)(hidden[0], torch.ones(1, 7, dtype=torch.int32))
    )
