"""The fp32 reference: the checkpoint that was given, the recorded one, or the bundle's fp32 artifact."""

import json
import shutil
import subprocess
import sys

import pytest

import edge
from edge.errors import InputError
from tests.checkpoints import save_squeezebert
from tests.evaluation.conftest import FP32, INT8, sentences


@pytest.fixture
def made(trained):
    return trained("text-classification")


@pytest.fixture
def data(write_rows):
    return write_rows(*({"text": text, "label": index % 3} for index, text in enumerate(sentences(6))))


def record(bundle, checkpoint):
    (bundle / "report.json").write_text(json.dumps({"checkpoint": str(checkpoint)}))


def remove_fp32(bundle):
    document = json.loads((bundle / "manifest.json").read_text())
    document["artifacts"] = [entry for entry in document["artifacts"] if entry["recipe"] != "fp32"]
    (bundle / "manifest.json").write_text(json.dumps(document))


def test_recorded_checkpoint(made, data):
    assert edge.evaluate(made.bundle, data, artifacts=[INT8]).reference_source == f"checkpoint {made.checkpoint}"


def test_given_checkpoint_wins(made, copied, data, tmp_path):
    bundle = copied(made)
    moved = shutil.copytree(made.checkpoint, tmp_path / "moved")
    record(bundle, made.checkpoint)

    evaluation = edge.evaluate(bundle, data, artifacts=[INT8], checkpoint=moved)

    assert evaluation.reference_source == f"checkpoint {moved}"


def test_checkpoint_that_the_bundle_was_not_built_from_is_refused(made, data, tmp_path):
    other = save_squeezebert(tmp_path / "other", seed=1)

    with pytest.raises(InputError, match=r"other: not the checkpoint that .*bundle was built from; pass that one"):
        edge.evaluate(made.bundle, data, checkpoint=other)


def test_given_checkpoint_must_be_there(made, data, tmp_path):
    with pytest.raises(InputError, match="no such directory"):
        edge.evaluate(made.bundle, data, checkpoint=tmp_path / "missing")


def missing(bundle, folder):
    record(bundle, folder / "missing")


def trained_further(bundle, folder):
    record(bundle, save_squeezebert(folder / "other", seed=1))


def without_report(bundle, folder):
    (bundle / "report.json").unlink()


def damaged_report(bundle, folder):
    (bundle / "report.json").write_text("{")


@pytest.mark.parametrize("lose", [missing, trained_further, without_report, damaged_report])
def test_without_the_checkpoint_the_fp32_artifact_is_the_reference(made, copied, data, tmp_path, lose):
    bundle = copied(made)
    lose(bundle, tmp_path)

    with_artifact = edge.evaluate(bundle, data, artifacts=[INT8])

    assert with_artifact.reference_source == f"artifact {FP32}"
    assert with_artifact.results == edge.evaluate(made.bundle, data, artifacts=[INT8]).results


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
import edge
print(edge.evaluate(sys.argv[1], sys.argv[2], artifacts=[sys.argv[3]]).reference_source)
"""


def test_without_torch_the_fp32_artifact_is_the_reference(made, data):
    command = [sys.executable, "-c", WITHOUT_TORCH, made.bundle, data, INT8]
    finished = subprocess.run(command, capture_output=True, text=True)

    assert finished.stdout == f"artifact {FP32}\n", finished.stderr


def test_with_neither_the_checkpoint_is_asked_for(made, copied, data, tmp_path):
    bundle = copied(made)
    missing(bundle, tmp_path)
    remove_fp32(bundle)

    with pytest.raises(
        InputError, match=r"no fp32 reference \(.*no such directory.*; pass its checkpoint with --check"
    ):
        edge.evaluate(bundle, data)
