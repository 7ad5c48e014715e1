"""Models that peft adapted: a merged one builds as it is, an adapter is refused with what to do."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

import edge
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from tests.checkpoints import save_bert, save_squeezebert
from tests.laboratory.build_step import REPOSITORY

pytestmark = pytest.mark.client

PROGRAM = Path(__file__).with_name("peft_program.py")
TEXT = "transfer good money to my bank account"
# Of a SqueezeBERT with groups, the layers that have none.
DENSE = ["post_attention.conv1d"]
GROUPED = ["query", "value"]


@pytest.fixture(scope="module")
def adapt(trainers_python, tmp_path_factory):
    """Return a function from a saved model to the folder of what peft made of it, and what it answered."""

    def run(save, targets):
        folder = tmp_path_factory.mktemp("adapted")
        save(folder / "base")
        finished = subprocess.run(
            [trainers_python, PROGRAM, folder, *targets],
            input=json.dumps([list(edge.tokenizer.Tokenizer(folder / "base").encode((TEXT,), 32).input_ids)]),
            env={"PYTHONPATH": str(REPOSITORY), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert finished.returncode == 0, finished.stderr
        return folder, json.loads(finished.stdout)

    return run


@pytest.fixture(scope="module")
def dense(adapt):
    return adapt(save_squeezebert, DENSE)


@pytest.mark.parametrize(("save", "targets"), [(save_bert, GROUPED), (save_squeezebert, DENSE)])
def test_merged_model_builds_and_answers_as_the_adapted_one(adapt, save, targets, tmp_path):
    folder, answer = adapt(save, targets)
    assert answer["change"] > 0.05
    options = {"formats": ["onnx"], "recipes": ["fp32"], "sequence_lengths": [32]}

    edge.build(folder / "merged", tmp_path / "bundle", **options)

    logits = np.array(answer["logits"][0])
    expected = np.exp(logits) / np.exp(logits).sum()
    scores = {each.label: each.score for each in edge.load(tmp_path / "bundle")(TEXT, top_k=3)}
    assert [scores[name] for name in ("negative", "neutral", "positive")] == pytest.approx(expected, abs=1e-5)


def test_merged_object_is_taken(dense):
    assert dense[1]["merged"] == "taken"


def test_adapter_folder_is_refused_with_what_to_do(dense):
    adapter = dense[0] / "adapter"

    with pytest.raises(InputError) as error:
        load_checkpoint(adapter)

    assert str(error.value) == (
        f"{adapter}: an adapter of peft, not a whole model; merge it with PeftModel.from_pretrained(base_model, "
        "'adapter').merge_and_unload().save_pretrained('merged'), save the tokenizer too, and build that"
    )


def test_adapter_beside_a_model_is_refused(dense, tmp_path):
    folder = save_bert(tmp_path / "both")
    for file in (dense[0] / "adapter").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())

    with pytest.raises(InputError, match=r"both: an adapter of peft lies beside the model's weights; if it is merged"):
        load_checkpoint(folder)


def test_object_that_is_not_merged_is_refused(dense):
    answer = dense[1]

    assert answer["adapted"] == (
        "PeftModelForSequenceClassification object: its adapter stands beside the model; pass what its "
        "merge_and_unload() returns"
    )
    assert answer["base"].startswith("SqueezeBertForSequenceClassification object: has adapter layers of peft; merge")


def test_peft_merges_no_grouped_layers(adapt):
    """The README's advice is to adapt layers without groups: once this fails, it can go."""
    folder, answer = adapt(save_squeezebert, GROUPED)

    assert answer["merging"] == "Merging is not supported for _ConvNd layers with groups > 1!"
    assert not (folder / "merged").exists()
