"""Asking a client of exported .onnx folders, and comparing its numbers with those of the artifact in the bundle."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.bundle import open_bundle
from edge.clients import find_client
from edge.clients.export import export
from edge.runtimes.onnx import load
from tests.checkpoints import VOCABULARY
from tests.clients.onnx_examples import CASES, EXAMPLES, LENGTH

# Decibels of what a client computes against the bundle's artifact. The same kernels run over tensors of other shapes,
# or other kernels do (WebAssembly), so float sums differ in their last bits. In int8 such a difference can move a value
# to the other side of a step: two correct runtimes then differ by as much as each of them from fp32 (docs/design.md).
LEAST_DECIBELS = {"fp32": 100.0, "int8-dynamic": 30.0, "int8-static": 20.0}
# Seconds; all models of one client together.
TIME_LIMIT = 240.0

Bundles = Mapping[str, Path]
Answers = dict[tuple[str, str], dict[str, Any]]


def artifact_id(recipe: str) -> str:
    return f"onnx-{recipe}-{LENGTH}"


def export_all(client: str, bundles: Bundles, folder: Path) -> dict[tuple[str, str], Path]:
    """Export each artifact of each bundle for one client."""
    folders = {}
    for name, recipe in CASES:
        folders[name, recipe] = folder / f"{name}-{recipe}"
        export(open_bundle(bundles[name]), find_client(client), folders[name, recipe], artifact_id(recipe))
    return folders


def run_program(command: Sequence[object], folder: Path, given: str = "") -> str:
    """Run a client's program in `folder`, without a model hub, and return what it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(command: Sequence[object], folder: Path, folders: Mapping[tuple[str, str], Path]) -> Answers:
    """Run a program of `tests/clients/programs` once for all exported folders."""
    cases = [
        {
            "name": name,
            "task": EXAMPLES[name].task,
            "folder": str(folders[name, recipe]),
            "texts": EXAMPLES[name].texts,
            "question": EXAMPLES[name].question,
        }
        for name, recipe in CASES
    ]
    answers = json.loads(run_program(command, folder, json.dumps(cases)))
    return dict(zip(CASES, answers, strict=True))


def snippet_of(folder: Path, language: str) -> str:
    """Return the program in the exported README."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    return code


def check_outputs(bundle: Path, recipe: str, answer: dict[str, Any]) -> None:
    """Hold each text's outputs against what the bundle's artifact computes for the same ids, padded to its length."""
    opened = open_bundle(bundle)
    artifact = opened.artifact(artifact_id(recipe))
    runtime = load(opened.path(artifact), artifact.inputs, artifact.outputs, threads=1)
    for row, tokens in enumerate(np.sum(answer["inputs"]["attention_mask"], axis=1)):
        expected = runtime.run(_padded(answer["inputs"], row))
        for name, (wanted,) in expected.items():
            found = np.array(answer["outputs"][name], np.float32)
            if opened.manifest.model.task == "multiple-choice":
                found = found.T
            kept = slice(tokens) if wanted.shape[0] == LENGTH and name != "sentence_embedding" else slice(None)
            assert found[row][kept].shape == wanted[kept].shape
            assert decibels(wanted[kept], found[row][kept]) > LEAST_DECIBELS[recipe]


def decibels(reference: np.ndarray, found: np.ndarray) -> float:
    """Return the energy of the reference over that of the difference."""
    noise = np.square(reference - found).sum()
    return float("inf") if noise == 0 else float(10 * np.log10(np.square(reference).sum() / noise))


def _padded(inputs: Mapping[str, Sequence[Sequence[int]]], row: int) -> dict[str, np.ndarray]:
    padding = {"input_ids": VOCABULARY.index("[PAD]"), "attention_mask": 0, "token_type_ids": 0}
    return {
        name: np.array([[*rows[row], *[padding[name]] * (LENGTH - len(rows[row]))]], np.int32)
        for name, rows in inputs.items()
    }
