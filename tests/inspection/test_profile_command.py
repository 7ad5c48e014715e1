"""``squeezebert-edge inspect --profile``: what it prints, and what it refuses."""

import json
import shutil

import numpy as np
import pytest

from edge.examples import Example
from edge.golden import Golden, save_golden
from edge.profile import PROFILERS
from edge.profile.inputs import golden_feed
from edge.runtimes.runtime import RUNTIMES
from tests.inspection.conftest import LENGTH

TOKENS = (2, 7, 8, 3)
ARTIFACT = "executorch-int8-dynamic-32"


@pytest.fixture
def golden_bundle(bundle, tmp_path):
    """Return a copy of the bundle that has golden vectors of one text."""
    copy = shutil.copytree(bundle, tmp_path / "golden-bundle")
    (copy / "golden").mkdir()
    example = Example(texts=("a b",), input_ids=TOKENS, token_type_ids=(0,) * len(TOKENS), positions=None)
    save_golden(Golden(LENGTH, 0, (example,), ({"logits": np.zeros(3, np.float32)},)), copy / "golden")
    return copy


def rows(text):
    return [line.split() for line in text.splitlines()]


def test_artifact_as_json_is_one_document(squeezebert_edge, converted):
    path = converted("onnx", "fp32").path
    finished = squeezebert_edge("inspect", path, "--profile", "--threads", 1, "--json")
    document = json.loads(finished.stdout)
    assert finished.status == 0
    assert (document["file"], document["format"], document["threads"]) == (str(path), "onnx", 1)
    assert set(document["operators"][0]) == {"name", "calls", "delegated", "microseconds", "share"}


def test_artifact_of_a_bundle_marks_what_ran_outside(squeezebert_edge, golden_bundle):
    finished = squeezebert_edge("inspect", golden_bundle, "--artifact", ARTIFACT, "--profile", "--threads", 1)
    marked = {line[0] for line in rows(finished.stdout) if line and line[-1] == "outside"}
    assert finished.status == 0
    assert "embedding.out" in marked
    assert not any(line[0] == "Softmax" for line in rows(finished.stdout) if line and line[-1] == "outside")


def test_table_ends_with_whole_inferences(squeezebert_edge, converted):
    finished = squeezebert_edge("inspect", converted("tflite", "fp32").path, "--profile", "--threads", 1)
    (all_operators, with_profiler, without) = [line for line in rows(finished.stdout) if line][-3:]
    assert all_operators[0] == "all"
    assert with_profiler[:-1] == ["an", "inference", "with", "the", "profiler"]
    assert without[:-1] == ["an", "inference", "without", "it"]


def test_table_fits_80_columns(squeezebert_edge, converted, monkeypatch):
    monkeypatch.setattr("edge.cli.output.PLAIN_WIDTH", 80)
    finished = squeezebert_edge("inspect", converted("tflite", "int8-dynamic").path, "--profile")
    assert "…" not in finished.stdout


def test_artifact_of_a_bundle_is_fed_the_first_golden_text(golden_bundle):
    feed = golden_feed(golden_bundle / "golden", LENGTH, ["input_ids", "attention_mask"])
    assert feed["input_ids"][0].tolist() == [*TOKENS, *[0] * (LENGTH - len(TOKENS))]
    assert feed["attention_mask"].sum() == len(TOKENS)


def test_every_format_that_runs_has_a_profiler_or_says_why_not():
    assert set(PROFILERS) == set(RUNTIMES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["model.onnx", "--profile", "--threads", "0"], "--threads"),
        (["model.onnx", "--threads", "2"], "--threads is for --profile only"),
        (["missing.pte", "--profile"], "no such artifact"),
        (["model.bin", "--profile"], "'.bin'"),
        (["model.mlpackage", "--profile"], "a .mlpackage cannot be profiled here"),
        (["model.pte", "--profile"], "not a .pte file"),
        *[([f"model.{suffix}", "--profile"], "cannot load it") for suffix in ("tflite", "onnx")],
    ],
)
def test_wrong_argument_is_one_line_and_status_2(squeezebert_edge, tmp_path, arguments, message):
    for suffix in ("bin", "pte", "tflite", "onnx"):
        (tmp_path / f"model.{suffix}").write_bytes(b"no model")
    (tmp_path / "model.mlpackage").mkdir()
    finished = squeezebert_edge("inspect", tmp_path / arguments[0], *arguments[1:])
    errors = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
    assert (finished.status, finished.stdout, len(errors)) == (2, "", 1)
    assert message in errors[0]


def test_bundle_without_a_chosen_artifact_is_refused(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--profile")
    assert finished.status == 2
    assert (
        f"--profile takes one artifact; add --artifact and one of tflite-fp32-32, tflite-int8-dynamic-32, {ARTIFACT}"
        in (finished.stderr)
    )


def test_bundle_without_golden_vectors_is_refused(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", ARTIFACT, "--profile")
    assert finished.status == 2
    assert "golden vectors are missing" in finished.stderr
