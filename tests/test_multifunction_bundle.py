"""A bundle whose Core ML package has a function for each length: every command finds the right one."""

import json

import numpy as np
import pytest

import edge
from edge.bundle import open_bundle
from edge.errors import InputError
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime

LENGTHS = (16, 32)
ID = "coreml-fp16-multi"


# Its bundle takes half a minute.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundle(small_checkpoint, tmp_path_factory):
    folder = tmp_path_factory.mktemp("multifunction") / "bundle"
    edge.build(
        small_checkpoint,
        folder,
        formats=["coreml"],
        recipes=["fp16"],
        sequence_lengths=LENGTHS,
        multifunction=True,
        cache=False,
    )
    return folder


def test_the_manifest_lists_functions_and_lengths(bundle):
    (artifact,) = json.loads((bundle / "manifest.json").read_text())["artifacts"]

    assert artifact["id"] == ID
    assert artifact["file"] == "coreml/fp16-multi.mlpackage"
    assert artifact["sequence_lengths"] == list(LENGTHS)
    assert [(each["name"], each["sequence_length"]) for each in artifact["functions"]] == [
        ("length_16", 16),
        ("length_32", 32),
    ]


def test_golden_vectors_are_there_for_each_length(bundle):
    assert sorted(path.name for path in (bundle / "golden").glob("*.json")) == ["16.json", "32.json"]


def test_verify_runs_every_function(squeezebert_edge, bundle):
    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 0
    assert f"run {ID} length_16" in finished.stderr
    assert f"run {ID} length_32" in finished.stderr


def test_a_text_runs_at_the_shortest_length_that_holds_it(bundle):
    model = edge.load(bundle)

    assert model.max_length == LENGTHS[-1]
    for text, length in (("good movie", 16), ("good movie " * 10, 32)):
        model(text)
        assert length in model._runtimes


def test_both_functions_give_the_same_answer(bundle):
    package = open_bundle(bundle).artifact(ID)
    answers = []
    for single in package.by_length():
        (length,) = single.sequence_lengths
        runtime = load_runtime(
            "coreml", bundle / single.file, single.inputs, single.outputs, 1, {}, single.runtime_options
        )
        names = [spec.name for spec in single.inputs]
        answers.append(runtime.run(pad_inputs((2, 150, 151, 3), (0, 0, 0, 0), names, length, 0))["logits"])

    np.testing.assert_allclose(*answers, atol=2e-3)


def test_inspect_shows_the_package(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", ID)

    assert finished.status == 0
    assert "length_16" in finished.stdout
    assert "length_32" in finished.stdout


def test_one_length_alone_is_refused(small_checkpoint, tmp_path):
    with pytest.raises(InputError, match="--multifunction puts several lengths into one package"):
        edge.build(small_checkpoint, tmp_path / "b", formats=["coreml"], sequence_lengths=[16], multifunction=True)


def test_a_pte_through_core_ml_is_built_and_verified(squeezebert_edge, small_checkpoint, tmp_path):
    finished = squeezebert_edge(
        "build",
        small_checkpoint,
        *("--out", tmp_path / "b", "--formats", "executorch", "--backend", "coreml", "--recipe", "fp16"),
        *("--sequence-length", "16", "--no-cache"),
    )

    assert finished.status == 0
    (artifact,) = json.loads((tmp_path / "b" / "manifest.json").read_text())["artifacts"]
    assert artifact["id"] == "executorch-coreml-fp16-16"
    assert artifact["delegation"]["other_ops"] == 0
    assert artifact["minimum_runtime"]["iOS"] == "17"
