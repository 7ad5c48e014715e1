"""One small SqueezeBERT in every format and recipe, each format converted twice in processes of their own."""

import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from converters import FORMATS, recipes_of_format
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.child_process import Job, run_jobs
from edge.encoder import Encoder, EncoderVariant
from tests.checkpoints import save_squeezebert

LENGTH = 16
# Two texts; the second is padding from token 11 on.
INPUTS = {
    "input_ids": np.array([[2, 10, 44, 150, 99, 3, 160, 4, 77, 99, 3, 0, 0, 0, 0, 0]], np.int32),
    "attention_mask": np.array([[1] * 11 + [0] * 5], np.int32),
    "token_type_ids": np.array([[0] * 6 + [1] * 5 + [0] * 5], np.int32),
}


@dataclass(frozen=True)
class Conversion:
    """The artifacts of one format in the folders `first` and `second`."""

    format: str
    checkpoint: Checkpoint
    first: tuple[Artifact, ...]
    second: tuple[Artifact, ...]

    def artifact(self, recipe: str) -> Artifact:
        """Return the first artifact of this recipe."""
        return next(artifact for artifact in self.first if artifact.recipe == recipe)


@pytest.fixture(scope="session")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SqueezeBERT whose embeddings are most of its weights, with a padding row of zeros as BERT has it."""
    folder = save_squeezebert(tmp_path_factory.mktemp("checkpoint") / "intents", hidden_size=64, vocab_rows=4000)
    weights = load_file(folder / "model.safetensors")
    weights["transformer.embeddings.word_embeddings.weight"][0] = 0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="session")
def conversions(checkpoint_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Conversion]:
    """Convert to each format in two processes, with other folders and another order of hash sets."""
    found: dict[str, list[tuple[Artifact, ...]]] = {name: [] for name in FORMATS}
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp(f"artifacts-{seed}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(os.environ, "PYTHONHASHSEED", seed)
            answers = run_jobs([_job(name, checkpoint_folder, folder) for name in FORMATS], lambda _: nullcontext(), 2)
        for name, answer in zip(FORMATS, answers, strict=True):
            found[name].append(tuple(Artifact.model_validate(document) for document in answer["artifacts"]))
    checkpoint = load_checkpoint(checkpoint_folder)
    return {name: Conversion(name, checkpoint, *both) for name, both in found.items()}


@pytest.fixture(params=FORMATS)
def conversion(request: pytest.FixtureRequest, conversions: dict[str, Conversion]) -> Conversion:
    """Return the artifacts of each format in turn."""
    return conversions[request.param]


@pytest.fixture(scope="session")
def eager_logits(checkpoint_folder: Path) -> np.ndarray:
    """Return what the encoder computes for `INPUTS`, in fp32."""
    encoder = Encoder(load_checkpoint(checkpoint_folder), LENGTH, EncoderVariant())
    with torch.no_grad():
        (logits,) = encoder(*(torch.from_numpy(INPUTS[name]) for name in encoder.input_names))
    return logits.numpy()


def _job(format_name: str, checkpoint: Path, folder: Path) -> Job:
    directory = folder / format_name
    directory.mkdir()
    return Job(
        title=format_name,
        module="converters.worker",
        arguments={
            "checkpoint": str(checkpoint),
            "task": "text-classification",
            "format": format_name,
            "recipes": [recipe.name for recipe in recipes_of_format(format_name)],
            "sequence_length": LENGTH,
            "directory": str(directory),
        },
    )
