"""Models that the newest sentence-transformers saves: a bundle's embeddings are those of ``encode``."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import edge
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.samples import bundled_samples
from tests.checkpoints import change_json, save_bert, save_squeezebert
from tests.laboratory.build_step import REPOSITORY

pytestmark = pytest.mark.client

PROGRAM = Path(__file__).with_name("sentence_transformers_program.py")
LENGTH = 32
# By name: pooling, and whether the embedding has length 1.
MODELS = {"mean": ("mean", True), "cls": ("cls", True), "max": ("max", False), "plain": ("mean", False)}


@dataclass(frozen=True)
class Saved:
    """Models that sentence-transformers saved, and what it says of them, by name."""

    folder: Path
    texts: list[str]
    answers: dict[str, dict[str, list]]


@pytest.fixture(scope="module", params=[save_bert, save_squeezebert], ids=["bert", "squeezebert"])
def saved(request, trainers_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    encoder = request.param(folder / "encoder", "feature-extraction", hidden_size=64)
    texts = [sample.text for sample in bundled_samples()[:20]]
    models = [{"name": name, "pooling": mode, "normalize": normal} for name, (mode, normal) in MODELS.items()]
    finished = subprocess.run(
        [trainers_python, PROGRAM, folder],
        input=json.dumps({"encoder": str(encoder), "texts": texts, "models": models}),
        env={"PYTHONPATH": str(REPOSITORY), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    return Saved(folder, texts, json.loads(finished.stdout))


@pytest.mark.parametrize("name", MODELS)
def test_embeddings_are_those_of_encode(saved, name, tmp_path):
    options = {"formats": ["onnx"], "recipes": ["fp32", "int8-dynamic"], "sequence_lengths": [LENGTH]}
    edge.build(saved.folder / name, tmp_path / name, **options)
    expected = np.array(saved.answers[name]["embeddings"])

    for recipe, largest, least in (("fp32", 1e-5, 0.999999), ("int8-dynamic", np.inf, 0.999)):
        model = edge.load(tmp_path / name, artifact=f"onnx-{recipe}-{LENGTH}")
        found = np.array([model(text) for text in saved.texts])
        cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
        assert np.abs(found - expected).max() <= largest
        assert cosines.min() >= least


@pytest.mark.parametrize("name", MODELS)
def test_object_is_read_as_its_folder(saved, name):
    answer = saved.answers[name]

    assert answer["object"] == answer["folder"]
    assert answer["folder"][1:] == [
        "feature-extraction",
        f"Pooling(modes={(MODELS[name][0],)!r}, normalize={MODELS[name][1]})",
        LENGTH,
    ]


def test_default_prompt_is_refused(saved):
    description = saved.folder / "mean" / "config_sentence_transformers.json"
    change_json(description, default_prompt_name="query", prompts={"query": "query: "})

    with pytest.raises(InputError, match="encode puts 'query: ' before each text, and an artifact does not; set it to"):
        load_checkpoint(saved.folder / "mean")
    change_json(description, default_prompt_name=None)
    assert load_checkpoint(saved.folder / "mean").pooling is not None
