"""What an installed Raspberry Pi predicts, beside what this machine does with the same bundles."""

import json
from pathlib import Path

import numpy as np
import pytest

import edge
from tests.device_lab.board import Board
from tests.raspberry_pi.conftest import ENVIRONMENT, LENGTH, RECIPES

pytestmark = pytest.mark.device

TEXTS = (
    "transfer ten dollars to my savings",
    "wake me up at seven",
    "what's the weather like in paris tomorrow",
    "play something by the beatles",
    "my card was stolen and i need help right away",
    "how do you say hello in french",
)

LOAD = """
import json, sys
import edge
model = edge.load(sys.argv[1], sys.argv[2])
results = [model(text) for text in json.loads(sys.argv[3])]
print(json.dumps([each.tolist() if hasattr(each, "tolist") else each[0].label for each in results]))
print(json.dumps("torch" in sys.modules))
"""


def predict(board: Board, bundle: str, artifact: str) -> list:
    """Return labels or embeddings of `TEXTS` as `edge.load` gives them on the board."""
    (board.home / "load.py").write_text(LOAD, encoding="utf-8")
    (board.home / "texts.json").write_text(json.dumps(TEXTS), encoding="utf-8")
    done = board.run(f'{ENVIRONMENT}/bin/python load.py {bundle} {artifact} "$(cat texts.json)"')
    assert done.returncode == 0, done.stderr
    results, with_torch = (json.loads(line) for line in done.stdout.splitlines())
    assert not with_torch
    return results


def test_run_prints_the_intent(pi: Board, carried: dict[str, str]) -> None:
    done = pi.run(f"{ENVIRONMENT}/bin/squeezebert-edge run {carried['intents']} '{TEXTS[0]}' --json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["predictions"][0]["label"] == "transfer"


@pytest.mark.parametrize("recipe", RECIPES)
def test_labels_are_those_of_x86_64(pi: Board, bundles: dict[str, Path], carried: dict[str, str], recipe: str) -> None:
    artifact = f"tflite-{recipe}-{LENGTH}"
    here = edge.load(bundles["intents"], artifact)

    assert predict(pi, carried["intents"], artifact) == [here(text)[0].label for text in TEXTS]


@pytest.mark.parametrize("recipe", RECIPES)
def test_embeddings_are_close_to_those_of_x86_64(
    pi: Board, bundles: dict[str, Path], carried: dict[str, str], recipe: str
) -> None:
    artifact = f"tflite-{recipe}-{LENGTH}"
    model = edge.load(bundles["minilm"], artifact)
    here = np.array([model(text) for text in TEXTS])

    there = np.array(predict(pi, carried["minilm"], artifact))

    cosines = (here * there).sum(-1) / np.linalg.norm(here, axis=-1) / np.linalg.norm(there, axis=-1)
    print(f"{artifact}: worst cosine between aarch64 and x86-64 {cosines.min():.6f}")
    assert cosines.min() > 0.99
