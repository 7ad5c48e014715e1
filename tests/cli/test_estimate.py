"""``squeezebert-edge estimate``: tables or one document, always called an estimate."""

import json

import pytest

from tests.checkpoints import save_squeezebert


@pytest.fixture
def model(tmp_path):
    """Return the folder of a small SqueezeBERT."""
    return save_squeezebert(tmp_path / "sentiment")


@pytest.fixture
def refusal(squeezebert_edge):
    """Return a function that estimates and returns the one line with which that is refused."""

    def refuse(*words):
        finished = squeezebert_edge("estimate", *words)
        assert finished.status == 2
        assert finished.stdout == ""
        (line,) = finished.stderr.splitlines()
        return line.removeprefix("error: ")

    return refuse


def test_table_has_each_layer_type_and_says_what_is_assumed(squeezebert_edge, model):
    finished = squeezebert_edge("estimate", model, "--target", "raspberry-pi-5", "--sequence-length", 32)

    assert finished.status == 0
    first, *_ = finished.stdout.splitlines()
    assert first.startswith("estimate: sentiment (text-classification), 32 tokens, raspberry-pi-5 (Broadcom BCM2712)")
    assert "estimate: tflite int8-dynamic for xnnpack on CPU, 4 threads: 4 x Cortex-A76" in finished.stdout
    for words in ("embedding", "query, key, value", "softmax", "whole inference", "at least ms", "expected ms"):
        assert words in finished.stdout
    assert all(line.startswith("assumed: ") for line in finished.stderr.splitlines())


def test_json_is_one_document_that_calls_itself_an_estimate(squeezebert_edge, model):
    finished = squeezebert_edge("estimate", model, "--target", "iphone-15-pro", "--sequence-length", 32, "--json")

    document = json.loads(finished.stdout)
    assert finished.stderr == ""
    assert document["kind"] == "estimate"
    assert (document["model"], document["target"], document["sequence_length"]) == ("sentiment", "iphone-15-pro", 32)
    assert [processor["processor"] for processor in document["processors"]] == [
        "Neural Engine",
        "CPU, 2 threads: 2 x A17 Pro performance core",
    ]


def test_length_defaults_to_the_target_s_or_the_longest_that_the_model_serves(squeezebert_edge, model):
    finished = squeezebert_edge("estimate", model, "--target", "pixel-8", "--json")

    assert json.loads(finished.stdout)["sequence_length"] == 64


def test_named_recipe_is_estimated(squeezebert_edge, model):
    finished = squeezebert_edge("estimate", model, "--target", "pixel-8", "--recipe", "fp32", "--json")

    assert [each["recipe"] for each in json.loads(finished.stdout)["processors"]] == ["fp32"]


def test_named_task_decides_the_head(squeezebert_edge, model):
    def macs(task):
        finished = squeezebert_edge("estimate", model, "--target", "pixel-8", "--task", task, "--json")
        return json.loads(finished.stdout)["macs"]

    assert macs("fill-mask") > macs("text-classification")


def test_unknown_target(refusal, model):
    assert refusal(model, "--target", "toaster").startswith("unknown target 'toaster': choose one of pixel-3, ")


def test_unknown_recipe(refusal, model):
    assert refusal(model, "--target", "pixel-8", "--recipe", "int2").startswith("unknown recipe 'int2': choose one of ")


def test_recipe_that_the_target_does_not_run(refusal, model):
    assert refusal(model, "--target", "pixel-8", "--recipe", "fp16").startswith(
        "pixel-8 does not run fp16: choose one of"
    )


def test_missing_folder(refusal, tmp_path):
    line = refusal(tmp_path / "nowhere", "--target", "pixel-8")

    assert line.endswith("no such directory; pass an existing folder or a Hugging Face Hub id")


def test_folder_without_a_config(refusal, tmp_path):
    assert "config.json: no such file" in refusal(tmp_path, "--target", "pixel-8")


def test_length_beyond_the_positions(refusal, model):
    line = refusal(model, "--target", "pixel-8", "--sequence-length", 65)

    assert line == "sequence length 65 is out of range: sentiment serves 3 to 64 tokens"


def test_missing_target_names_the_help_to_read(refusal, model):
    assert refusal(model).startswith("Missing option '--target'")
