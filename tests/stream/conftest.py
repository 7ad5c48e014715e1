"""Shared by the tests of the stream: small bundles of tasks that take more than one text."""

import pytest

import edge
from tests.checkpoints import save_squeezebert


@pytest.fixture(scope="session")
def bundle_of(tmp_path_factory):
    """Return a function that gives the small .tflite bundle of a task, which reads 32 tokens."""
    made = {}

    def make(task):
        if task not in made:
            folder = tmp_path_factory.mktemp(task)
            checkpoint = save_squeezebert(folder / "checkpoint", task)
            made[task] = folder / "bundle"
            edge.build(checkpoint, made[task], formats=["tflite"], recipes=["fp32"], sequence_lengths=[32])
        return made[task]

    return make
