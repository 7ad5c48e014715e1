"""Sensitivity: which layer's int8 costs most, measured one layer at a time."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from edge.encoder import EncoderVariant
from edge.tasks import TASKS
from quantize.calibration import calibrate, prepared_encoder, run_examples
from quantize.recipe import find_recipe
from quantize.sensitivity import WORD_EMBEDDINGS, layers_of_plan, measure_sensitivity
from quantize.static_plan import LinearRanges, Range

LENGTH = 16
RECIPE = find_recipe("int8-static").static


def folded(checkpoint, examples, **options):
    """Return the plan of a checkpoint, and the float encoder with it folded in."""
    plan = calibrate(checkpoint, replace(RECIPE, **options), examples)
    return plan, prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)


def measured(checkpoint, examples, **options):
    plan, encoder = folded(checkpoint, examples, **options)
    return measure_sensitivity(encoder, plan, checkpoint.task, examples)


@pytest.fixture(scope="module")
def checkpoint(checkpoint_of):
    return checkpoint_of()


@pytest.fixture(scope="module")
def examples(checkpoint, examples_of):
    return examples_of(checkpoint)


@pytest.fixture(scope="module")
def table(checkpoint, examples):
    return measured(checkpoint, examples)


def test_one_row_for_each_grouped_layer_and_the_word_embeddings(table):
    layers = {
        f"layers.{index}.{part}"
        for index in range(2)
        for part in (
            "attention.query",
            "attention.key",
            "attention.value",
            "post_attention",
            "feed_forward.intermediate",
            "feed_forward.output",
            "feed_forward.outliers",
        )
    }

    assert sorted(row.layer for row in table) == sorted(layers | {"head.pooler", "head.classifier", WORD_EMBEDDINGS})


def test_most_damaging_comes_first(table):
    found = [row.sqnr_db for row in table]

    assert found == sorted(found)


def test_a_layer_whose_range_is_far_too_small_comes_first(checkpoint, examples):
    plan, encoder = folded(checkpoint, examples)
    damaged = [name for name in plan.linears if name.startswith("layers.1.attention.value.")]
    tiny = {name: LinearRanges(plan.linears[name].input, Range(-1e-4, 1e-4)) for name in damaged}

    table = measure_sensitivity(encoder, replace(plan, linears={**plan.linears, **tiny}), checkpoint.task, examples)

    assert table[0].layer == "layers.1.attention.value"
    assert table[0].tensors.output < 1 < min(row.tensors.output for row in table[1:] if row.tensors.output is not None)


def test_a_word_whose_vector_has_an_outlier_is_seen_in_the_word_embeddings(checkpoint, examples):
    words = checkpoint.weights["embeddings.word_embeddings.weight"].clone()
    words[:, 3] += 30.0
    changed = replace(checkpoint, weights={**checkpoint.weights, "embeddings.word_embeddings.weight": words})

    assert measured(changed, examples)[0].layer == WORD_EMBEDDINGS


def test_each_tensor_has_its_own_damage(checkpoint, examples):
    plan, encoder = folded(checkpoint, examples)
    name = "layers.0.post_attention.groups.0"
    output = plan.linears[name].output
    coarse = LinearRanges(plan.linears[name].input, Range(100 * output.low, 100 * output.high))

    def row(used):
        table = measure_sensitivity(encoder, used, checkpoint.task, examples)
        return next(row for row in table if row.layer == "layers.0.post_attention").tensors

    before, after = row(plan), row(replace(plan, linears={**plan.linears, name: coarse}))

    assert (after.input, after.weight) == (before.input, before.weight)
    assert after.output < before.output - 20


def test_word_embeddings_have_no_activations(table):
    (row,) = [row for row in table if row.layer == WORD_EMBEDDINGS]

    assert (row.tensors.input, row.tensors.output) == (None, None)
    assert row.tensors.weight > 30


def test_weights_are_counted_once(checkpoint, examples, table):
    _, encoder = folded(checkpoint, examples)
    linears = sum(m.weight.numel() for m in encoder.modules() if isinstance(m, nn.Linear))

    assert sum(row.weights for row in table) == linears + encoder.embeddings.word.weight.numel()


def test_the_encoder_is_the_same_afterwards(checkpoint, examples):
    plan, encoder = folded(checkpoint, examples)
    names = [(name, type(module)) for name, module in encoder.named_modules()]
    before = run_examples(encoder, examples)

    measure_sensitivity(encoder, plan, checkpoint.task, examples)

    assert [(name, type(module)) for name, module in encoder.named_modules()] == names
    assert all(torch.equal(a, b) for (a,), (b,) in zip(before, run_examples(encoder, examples), strict=True))


@pytest.mark.parametrize("task", TASKS)
def test_probabilities_differ_where_there_are_any(checkpoint_of, examples_of, task):
    checkpoint = checkpoint_of(task)

    found = [row.kl for row in measured(checkpoint, examples_of(checkpoint, count=2))]

    # A vector has no probabilities, and a choice's single score has none without the other choices'.
    if task in ("feature-extraction", "multiple-choice"):
        assert set(found) == {None}
    else:
        assert min(found) >= 0
        assert max(found) > 0


def test_no_row_is_float_before_a_search(table):
    assert not any(row.is_float for row in table)


def test_layers_that_the_plan_leaves_out_have_no_row(checkpoint, examples):
    table = measured(checkpoint, examples, keep_float=("layers.0.*",))

    assert not any(row.layer.startswith("layers.0.") for row in table)
    assert any(row.layer.startswith("layers.1.") for row in table)


def test_all_groups_of_a_layer_belong_together(checkpoint, examples):
    plan, encoder = folded(checkpoint, examples)
    layers = layers_of_plan(encoder, plan)

    assert layers["layers.0.attention.query"] == [f"layers.0.attention.query.groups.{index}" for index in range(4)]
    assert len(layers["layers.1.feed_forward.outliers"]) == 2
    assert layers["head.pooler"] == ["head.pooler"]
    assert sorted(name for names in layers.values() for name in names) == sorted(plan.linears)
