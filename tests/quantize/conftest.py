"""Shared by the tests of static quantization: small checkpoints of every task, and texts for them."""

from functools import cache

import pytest

from edge.checkpoint import load_checkpoint
from edge.examples import make_examples
from edge.samples import bundled_samples
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_squeezebert

USUAL_GROUPS = (4, 4, 4, 1, 4, 4)


@pytest.fixture(scope="session")
def checkpoint_of(tmp_path_factory):
    """Return a function that makes a SqueezeBERT of two layers with 64 channels; the same arguments give the same."""

    @cache
    def checkpoint(task="text-classification", groups=USUAL_GROUPS, max_length=64):
        folder = tmp_path_factory.mktemp("checkpoint") / task
        save_squeezebert(folder, task, groups, hidden_size=64, layers=2, max_length=max_length)
        return load_checkpoint(folder)

    return checkpoint


@pytest.fixture(scope="session")
def examples_of():
    """Return a function that tokenizes the first bundled texts for a checkpoint."""

    def examples(checkpoint, count=8, length=16):
        samples = bundled_samples()[:count]
        return make_examples(samples, checkpoint.task, False, Tokenizer(checkpoint.directory), length)

    return examples
