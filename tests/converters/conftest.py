"""One small SqueezeBERT in every format and recipe, each format converted in a process of its own."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from converters import FORMATS, Backend, recipes_of_backend
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.child_process import Job, run_jobs
from edge.encoder import Encoder, EncoderVariant
from quantize import StaticPlan
from tests.checkpoints import save_squeezebert
from tests.plans import static_plan

LENGTH = 16

# By the format's name, where a backend is its format's default.
BACKENDS = {f"{entry.prefix}{entry.format}": entry for each in FORMATS.values() for entry in each.backends}


@dataclass(frozen=True)
class Conversion:
    """The artifacts of one backend of one format."""

    backend: Backend
    artifacts: tuple[Artifact, ...]

    def artifact(self, recipe: str) -> Artifact:
        """Return the artifact of this recipe."""
        return next(artifact for artifact in self.artifacts if artifact.recipe == recipe)

    @property
    def name(self) -> str:
        """Key of the backend in `BACKENDS`."""
        return f"{self.backend.prefix}{self.backend.format}"

    @property
    def format(self) -> str:
        """Name of the format."""
        return self.backend.format

    @property
    def int8_artifacts(self) -> list[Artifact]:
        """The artifacts of all int8 recipes."""
        return [artifact for artifact in self.artifacts if artifact.recipe.startswith("int8")]


@pytest.fixture(scope="session")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SqueezeBERT whose embeddings are most of its weights, with a padding row of zeros as BERT has it."""
    folder = save_squeezebert(
        tmp_path_factory.mktemp("checkpoint") / "intents", hidden_size=64, heads=8, vocab_rows=4000
    )
    weights = load_file(folder / "model.safetensors")
    weights["transformer.embeddings.word_embeddings.weight"][0] = 0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="session")
def checkpoint(checkpoint_folder: Path) -> Checkpoint:
    """Return the checkpoint in `checkpoint_folder`."""
    return load_checkpoint(checkpoint_folder)


@pytest.fixture(scope="session")
def plan(checkpoint: Checkpoint) -> StaticPlan:
    """Return how int8-static quantizes the checkpoint."""
    return static_plan(checkpoint, LENGTH)


@pytest.fixture(scope="session")
def conversions(checkpoint_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Conversion]:
    """Convert for each backend of each format, by its name in `BACKENDS`."""
    return _convert(checkpoint_folder, tmp_path_factory.mktemp("artifacts"), hash_seed="1")


@pytest.fixture(scope="session")
def second_conversions(checkpoint_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Conversion]:
    """Convert to each format again: in other processes and folders, with another order of hash sets."""
    return _convert(checkpoint_folder, tmp_path_factory.mktemp("second-artifacts"), hash_seed="2")


@pytest.fixture(params=BACKENDS)
def conversion(request: pytest.FixtureRequest, conversions: dict[str, Conversion]) -> Conversion:
    """Return the artifacts of each backend of each format in turn."""
    return conversions[request.param]


@pytest.fixture(scope="session")
def inputs() -> dict[str, np.ndarray]:
    """Return two texts, and padding from token 11 on."""
    return {
        "input_ids": np.array([[2, 10, 44, 150, 99, 3, 160, 4, 77, 99, 3, 0, 0, 0, 0, 0]], np.int32),
        "attention_mask": np.array([[1] * 11 + [0] * 5], np.int32),
        "token_type_ids": np.array([[0] * 6 + [1] * 5 + [0] * 5], np.int32),
    }


@pytest.fixture(scope="session")
def eager_logits(checkpoint: Checkpoint, inputs: dict[str, np.ndarray]) -> np.ndarray:
    """Return what the encoder computes for `inputs`, in fp32."""
    encoder = Encoder(checkpoint, LENGTH, EncoderVariant())
    with torch.no_grad():
        (logits,) = encoder(*(torch.from_numpy(inputs[name]) for name in encoder.input_names))
    return logits.numpy()


def _convert(checkpoint: Path, folder: Path, hash_seed: str) -> dict[str, Conversion]:
    plan = folder / "plan.json"
    static_plan(load_checkpoint(checkpoint), LENGTH).save(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONHASHSEED", hash_seed)
        answers = run_jobs([_job(name, checkpoint, folder, plan) for name in BACKENDS], nullcontext, workers=2)
    return {
        name: Conversion(BACKENDS[name], tuple(Artifact.model_validate(document) for document in answer["artifacts"]))
        for name, answer in zip(BACKENDS, answers, strict=True)
    }


def _job(name: str, checkpoint: Path, folder: Path, plan: Path) -> Job:
    backend, directory = BACKENDS[name], folder / name
    directory.mkdir()
    return Job(
        title=name,
        module="converters.worker",
        arguments={
            "checkpoint": str(checkpoint),
            "task": "text-classification",
            "format": backend.format,
            "backend": backend.name,
            "recipes": [recipe.name for recipe in recipes_of_backend(backend)],
            "sequence_lengths": [LENGTH],
            "directory": str(directory),
            "plans": {"int8-static": str(plan)},
            "options": {},
        },
    )
