"""Parity: how close outputs are to the reference's, by hand on small examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import InputError
from edge.parity import SQNR_LIMIT, measure_parity
from edge.tasks import TASKS

CLASSIFICATION = TASKS["text-classification"]
EMBEDDING = TASKS["feature-extraction"]
QUESTION_ANSWERING = TASKS["question-answering"]
TOKENS = TASKS["token-classification"]


def rows(*values, name="logits"):
    return [{name: np.array(value, np.float32)} for value in values]


def test_by_hand():
    parity = measure_parity(rows([3, 4], [0, 5]), rows([3, 4], [3, 4]), CLASSIFICATION)

    assert parity == {
        "cosine": pytest.approx(4 / 5),
        "sqnr_db": pytest.approx(10 * np.log10(50 / 10)),
        "max_abs": 3.0,
        "max_relative": 3 / 5,
        "top1": 1.0,
    }


def test_top1_is_the_share_of_examples_with_the_same_best_entry():
    parity = measure_parity(rows([1, 2], [2, 1], [1, 2], [5, 1]), rows([1, 2], [1, 2], [0, 9], [5, 4]), CLASSIFICATION)

    assert parity["top1"] == 3 / 4


def test_top1_counts_positions_where_each_has_a_label():
    reference = rows([[1, 0], [0, 1], [1, 0]], [[1, 0]])
    artifact = rows([[1, 0], [0, 1], [0, 1]], [[1, 0]])

    assert measure_parity(reference, artifact, TOKENS)["top1"] == 3 / 4


def test_top1_counts_starts_and_ends_of_answers():
    reference = [{"start_logits": np.array([0, 9, 1]), "end_logits": np.array([0, 1, 9])}]
    artifact = [{"start_logits": np.array([0, 9, 1]), "end_logits": np.array([0, 9, 1])}]

    assert measure_parity(reference, artifact, QUESTION_ANSWERING)["top1"] == 1 / 2


def test_rank_is_the_correlation_of_pairwise_similarities():
    reference = rows([1, 0], [0.9, 0.1], [0, 1])
    # Similarities of (1, 2), (1, 3), (2, 3) were in the order 3, 1, 2 and are now in the order 1, 3, 2.
    artifact = rows([0, 1], [0.8, 0.6], [0.1, 0.9])

    assert measure_parity(reference, artifact, EMBEDDING)["rank"] == pytest.approx(-1.0)


def test_token_vectors_are_ranked_by_their_mean():
    reference = rows([[1, 0], [1, 0]], [[1, 0.5], [1, 0]], [[0, 1]])

    assert measure_parity(reference, reference, EMBEDDING)["rank"] == pytest.approx(1.0)


@given(st.integers(0, 1000), st.sampled_from([CLASSIFICATION, EMBEDDING]))
def test_identical_outputs_are_perfect(seed, task):
    random = np.random.default_rng(seed)
    outputs = rows(*random.normal(size=(5, 4)))

    agreement = "rank" if task is EMBEDDING else "top1"
    assert measure_parity(outputs, outputs, task) == {
        "cosine": pytest.approx(1.0, abs=1e-12),
        "sqnr_db": SQNR_LIMIT,
        "max_abs": 0.0,
        "max_relative": 0.0,
        agreement: pytest.approx(1.0),
    }


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("task", "agreement"), [(CLASSIFICATION, "top1"), (EMBEDDING, "rank")])
def test_a_value_that_is_no_number_is_the_worst_in_every_metric(bad, task, agreement):
    parity = measure_parity(rows([1, 2], [3, 4], [1, 5]), rows([1, 2], [3, bad], [1, 5]), task)

    assert parity == {
        "cosine": -1.0,
        "sqnr_db": -SQNR_LIMIT,
        "max_abs": 1e38,
        "max_relative": 1e38,
        agreement: -1.0,
    }


def test_single_values_are_compared_over_all_examples():
    parity = measure_parity(rows([1], [2], [3]), rows([1], [3], [2]), CLASSIFICATION)

    assert parity["cosine"] == pytest.approx(13 / 14)
    assert parity["rank"] == pytest.approx(0.5)
    assert "top1" not in parity


def test_constant_single_values_have_no_rank():
    assert measure_parity(rows([1], [2], [3]), rows([2], [2], [2]), CLASSIFICATION)["rank"] == 0.0


def test_noise_on_a_reference_of_zeros_is_the_worst_sqnr():
    parity = measure_parity(rows([0, 0]), rows([0, 1]), CLASSIFICATION)

    assert (parity["sqnr_db"], parity["cosine"]) == (-SQNR_LIMIT, 0.0)


def test_zeros_equal_to_zeros_are_perfect():
    parity = measure_parity(rows([0, 0]), rows([0, 0]), CLASSIFICATION)

    assert (parity["sqnr_db"], parity["cosine"]) == (SQNR_LIMIT, 1.0)


@pytest.mark.parametrize(
    "artifact",
    [
        rows([1, 2, 3]),
        rows([[1, 2]]),
        rows([1, 2], [1, 2]),
        rows([1, 2], name="scores"),
    ],
    ids=["size", "rank", "count", "name"],
)
def test_other_shapes_are_refused(artifact):
    with pytest.raises(InputError, match="other shapes than the reference"):
        measure_parity(rows([1, 2]), artifact, CLASSIFICATION)
