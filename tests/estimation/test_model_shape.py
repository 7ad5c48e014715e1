"""An estimate reads config.json and nothing else of a folder."""

import json
import subprocess
import sys

import pytest

from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.estimation.model_shape import read_model_shape
from tests.checkpoints import change_json, save_bert, save_sentence_transformer, save_squeezebert

WITHOUT_TORCH = """
import json, sys
sys.modules["torch"] = sys.modules["transformers"] = None
from edge.estimation.estimate import estimate
from edge.estimation.model_shape import read_model_shape
from edge.target import find_target
print(json.dumps(estimate(read_model_shape(sys.argv[1]), find_target("raspberry-pi-5"), 16).model_dump(mode="json")))
"""


@pytest.fixture
def config_alone(tmp_path):
    """Return a folder with the config.json of a small classifier of three labels."""
    whole = save_squeezebert(tmp_path / "whole")
    folder = tmp_path / "alone"
    folder.mkdir()
    (folder / "config.json").write_bytes((whole / "config.json").read_bytes())
    return folder


def test_shape_is_that_of_the_loaded_checkpoint(tmp_path):
    folder = save_squeezebert(tmp_path / "model")
    checkpoint = load_checkpoint(folder)

    shape = read_model_shape(folder)

    assert (shape.name, shape.config, shape.task) == (checkpoint.name, checkpoint.config, checkpoint.task)
    assert (shape.labels, shape.max_length) == (len(checkpoint.labels), checkpoint.max_length)


def test_config_is_enough(config_alone):
    assert read_model_shape(config_alone).labels == 3


def test_torch_is_not_needed(config_alone):
    finished = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(config_alone)], capture_output=True, text=True, check=False
    )

    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["kind"] == "estimate"


def test_labels_default_to_two(config_alone):
    change_json(config_alone / "config.json", id2label=..., label2id=...)

    assert read_model_shape(config_alone).labels == 2


@pytest.mark.parametrize("labels", [{}, [], "three"])
def test_damaged_labels_are_refused(config_alone, labels):
    change_json(config_alone / "config.json", id2label=labels)

    with pytest.raises(InputError, match=r"'id2label' is .*; correct it to an object of label names"):
        read_model_shape(config_alone)


def test_sentence_encoder_serves_no_longer_texts_than_its_folder_says(tmp_path):
    folder = save_sentence_transformer(tmp_path / "model", max_seq_length=20)

    assert read_model_shape(folder).max_length == 20


def test_named_task_counts_before_that_of_the_config(tmp_path):
    folder = save_bert(tmp_path / "model")

    assert read_model_shape(folder, "fill-mask").task.name == "fill-mask"


@pytest.mark.parametrize("length", [2, 65])
def test_length_that_the_model_does_not_serve_is_refused(config_alone, length):
    with pytest.raises(InputError, match=f"sequence length {length} is out of range: alone serves 3 to 64 tokens"):
        read_model_shape(config_alone).work(length)
