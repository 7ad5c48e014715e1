"""Samples turned into examples, and examples into the arrays of an artifact."""

import numpy as np
import pytest

from edge.examples import make_examples
from edge.model_inputs import pad_inputs
from edge.samples import Sample
from edge.tasks import TASKS
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_tokenizer

SAMPLES = [Sample("pay my bill"), Sample("play music", "set the alarm"), Sample("the bank " * 20)]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(folder)
    return Tokenizer(folder)


def make(tokenizer, task, pooled=False, length=16, samples=SAMPLES):
    return make_examples(samples, TASKS[task], pooled, tokenizer, length)


def test_long_texts_are_cut(tokenizer):
    assert [len(example.input_ids) for example in make(tokenizer, "feature-extraction")] == [5, 4, 16]


def test_tasks_of_one_text_leave_the_second_out(tokenizer):
    assert [len(example.texts) for example in make(tokenizer, "token-classification")] == [1, 1, 1]


def test_tasks_of_two_texts_take_the_next_sample_for_a_missing_one(tokenizer):
    pairs = [example.texts for example in make(tokenizer, "text-classification")]

    assert pairs == [
        ("pay my bill", "play music"),
        ("play music", "set the alarm"),
        ("the bank " * 20, "pay my bill"),
    ]


def test_second_text_has_token_type_1(tokenizer):
    assert make(tokenizer, "text-classification")[0].token_type_ids == (0, 0, 0, 0, 0, 1, 1, 1)


@pytest.mark.parametrize("task", ["feature-extraction", "token-classification", "question-answering"])
def test_every_token_counts_where_each_has_an_output(tokenizer, task):
    assert all(example.positions == tuple(range(len(example.input_ids))) for example in make(tokenizer, task))


@pytest.mark.parametrize(("task", "pooled"), [("text-classification", False), ("feature-extraction", True)])
def test_no_positions_where_an_output_stands_for_the_text(tokenizer, task, pooled):
    assert all(example.positions is None for example in make(tokenizer, task, pooled))


def test_one_word_is_masked(tokenizer):
    for masked, plain in zip(make(tokenizer, "fill-mask"), make(tokenizer, "feature-extraction"), strict=True):
        different = [
            i for i, pair in enumerate(zip(masked.input_ids, plain.input_ids, strict=True)) if len({*pair}) > 1
        ]

        assert tuple(different) == masked.positions
        assert masked.input_ids[different[0]] == tokenizer.special_ids["mask"]
        assert 0 < different[0] < len(plain.input_ids) - 1


def test_the_same_word_is_masked_each_time(tokenizer):
    assert make(tokenizer, "fill-mask") == make(tokenizer, "fill-mask")


def test_a_text_without_words_is_masked_too(tokenizer):
    (example,) = make(tokenizer, "fill-mask", samples=[Sample("\u200b")])

    assert example.positions == (0,)


def test_padding():
    inputs = pad_inputs([2, 7, 3], [0, 0, 1], ["input_ids", "attention_mask", "token_type_ids"], 5, pad_id=9)

    assert {name: value.tolist() for name, value in inputs.items()} == {
        "input_ids": [[2, 7, 3, 9, 9]],
        "attention_mask": [[1, 1, 1, 0, 0]],
        "token_type_ids": [[0, 0, 1, 0, 0]],
    }
    assert {value.dtype for value in inputs.values()} == {np.dtype(np.int32)}


def test_only_the_inputs_that_an_artifact_has():
    assert list(pad_inputs([2, 3], [0, 0], ["input_ids", "attention_mask"], 4, pad_id=0)) == [
        "input_ids",
        "attention_mask",
    ]
