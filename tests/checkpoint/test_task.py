"""Which task a checkpoint is loaded for, and which it is refused for."""

import pytest
from safetensors.torch import load_file, save_file

from edge.checkpoint import load_checkpoint
from edge.tasks import TASKS
from tests.checkpoints import change_json, save_bert, save_squeezebert


def remove_tensors(directory, *beginnings):
    tensors = load_file(directory / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(beginnings)}
    save_file(kept, directory / "model.safetensors")


@pytest.mark.parametrize("save", [save_squeezebert, save_bert])
@pytest.mark.parametrize("task", TASKS)
def test_architecture_names_the_task(tmp_path, save, task):
    assert load_checkpoint(save(tmp_path / "model", task)).task.name == task


def test_given_task_overrides_the_architecture(squeezebert):
    assert load_checkpoint(squeezebert, "feature-extraction").task.name == "feature-extraction"


def test_unknown_task_is_refused(squeezebert, refusal):
    assert "unknown task 'translation'" in refusal(squeezebert, "translation")


@pytest.mark.parametrize("architectures", [..., None, [], ["SqueezeBertForPreTraining"]])
def test_without_a_task_all_tasks_are_named(squeezebert, refusal, architectures):
    change_json(squeezebert / "config.json", architectures=architectures)

    message = refusal(squeezebert)

    assert "--task" in message
    assert all(task in message for task in TASKS)


def test_checkpoint_without_pooler_serves_features(squeezebert):
    remove_tensors(squeezebert, "transformer.pooler", "classifier")

    assert load_checkpoint(squeezebert, "feature-extraction").task.name == "feature-extraction"


def test_headless_checkpoint_is_refused_for_its_own_architecture(squeezebert, refusal):
    remove_tensors(squeezebert, "transformer.pooler", "classifier")

    message = refusal(squeezebert)

    assert "no complete classifier and pooler, which text-classification needs" in message
    assert message.endswith("--task what this one serves: feature-extraction")


def test_refusal_names_the_tasks_that_are_served(tmp_path, refusal):
    directory = save_bert(tmp_path / "model", "question-answering")

    assert refusal(directory, "fill-mask").endswith("serves: feature-extraction, question-answering")


def test_token_classifier_without_pooler_is_refused_for_whole_texts(tmp_path, refusal):
    directory = save_bert(tmp_path / "model", "token-classification")

    assert "no complete pooler, which text-classification needs" in refusal(directory, "text-classification")


def test_question_answering_needs_two_rows(tmp_path, refusal):
    directory = save_squeezebert(tmp_path / "model", "question-answering", config={"num_labels": 3})

    assert "qa_outputs.weight' has shape (3, 32), expected (2, 32)" in refusal(directory)


def test_multiple_choice_refuses_a_classifier_of_labels(squeezebert, refusal):
    message = refusal(squeezebert, "multiple-choice")

    assert "'classifier.weight' has shape (3, 32), expected (1, 32)" in message
    assert "--task" in message
