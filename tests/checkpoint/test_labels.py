"""Label names of classifiers."""

import pytest

from edge.checkpoint import load_checkpoint
from tests.checkpoints import change_json, save_bert, save_squeezebert


@pytest.mark.parametrize("task", ["text-classification", "token-classification"])
def test_labels_come_by_index(tmp_path, task):
    labels = tuple(f"intent {number}" for number in range(12))

    assert load_checkpoint(save_bert(tmp_path / "model", task, labels=labels)).labels == labels


@pytest.mark.parametrize("task", ["feature-extraction", "question-answering", "fill-mask", "multiple-choice"])
def test_other_tasks_have_no_labels(tmp_path, task):
    assert load_checkpoint(save_squeezebert(tmp_path / "model", task)).labels == ()


@pytest.mark.parametrize("absent", [..., None])
def test_labels_without_names_are_numbered(squeezebert, absent):
    change_json(squeezebert / "config.json", id2label=absent, label2id=absent)

    assert load_checkpoint(squeezebert).labels == ("LABEL_0", "LABEL_1", "LABEL_2")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id2label": {"0": "no", "1": "yes"}}, "id2label has 2 labels but the classifier has 3 rows"),
        ({"id2label": {}}, "id2label has 0 labels but the classifier has 3 rows"),
        ({"num_labels": 4}, "num_labels has 4 labels but the classifier has 3 rows"),
        ({"id2label": ..., "num_labels": 2}, "num_labels has 2 labels but the classifier has 3 rows"),
        ({"id2label": {"0": "a", "1": "b", "3": "c"}}, "id2label has no index 2"),
        ({"id2label": {"0": "a", "1": "b", "two": "c"}}, "id2label has no index 2"),
        ({"id2label": {"0": "a", "1": "b", "2": 3}}, "'id2label' is"),
        ({"id2label": ["a", "b", "c"]}, "'id2label' is"),
    ],
)
def test_names_that_do_not_fit_are_refused(squeezebert, refusal, fields, reason):
    change_json(squeezebert / "config.json", **fields)

    assert f"config.json: {reason}" in refusal(squeezebert)
