"""The search for the layers that must stay float, on measurements whose truth is known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import GateError
from edge.precision_search import search_lines, search_precision
from edge.sensitivity import LayerSensitivity, Search, TensorDamage
from quantize.static_plan import LinearRanges, Range, StaticPlan

ANY = LinearRanges(Range(-1.0, 1.0), Range(-1.0, 1.0))


class Model:
    """A model whose metric in fp32 is 1, and which loses so many points for each of its layers in int8.

    Layers are named after their place in the order in which the search should take them.
    """

    def __init__(self, losses, embeddings=0.0):
        self.losses = {f"layer{index}": loss for index, loss in enumerate(losses)}
        self.embeddings = embeddings
        self.measured = 0
        self.layers = {name: [f"{name}.groups.0", f"{name}.groups.1"] for name in self.losses}
        self.plan = StaticPlan({linear: ANY for names in self.layers.values() for linear in names}, {})
        self.table = [row(name, sqnr_db=10.0 + index) for index, name in enumerate(self.losses)]

    def measure(self, plan):
        self.measured += 1
        assert all(len(set(names) & set(plan.linears)) in (0, 2) for names in self.layers.values())
        quantized = {name for name, names in self.layers.items() if names[0] in plan.linears}
        return 1 - (self.embeddings + sum(self.losses[name] for name in quantized)) / 100

    def search(self, max_drop):
        return search_precision(self.plan, self.layers, self.table, self.measure, 1.0, max_drop)

    def float_layers(self, plan):
        return [name for name, names in self.layers.items() if names[0] not in plan.linears]


def row(name, sqnr_db, weights=100):
    tensors = TensorDamage(input=30.0, weight=30.0, output=30.0)
    return LayerSensitivity(layer=name, weights=weights, tensors=tensors, sqnr_db=sqnr_db, kl=None, is_float=False)


def test_all_layers_stay_int8_where_that_keeps_the_metric():
    model = Model([0.1, 0.1, 0.1])

    plan, trials = model.search(max_drop=0.5)

    assert plan == model.plan
    assert [(trial.float_layers, trial.float_weights) for trial in trials] == [([], 0.0)]


def test_the_shortest_list_that_keeps_the_metric_is_found():
    model = Model([3, 2, 1, 0.4, 0.1, 0.1, 0.1, 0.1])

    plan, _ = model.search(max_drop=1.0)

    assert model.float_layers(plan) == ["layer0", "layer1", "layer2"]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 100))
def test_no_shorter_list_would_have_done(losses, max_drop):
    model = Model(losses)

    plan, trials = model.search(max_drop)

    count = len(model.float_layers(plan))
    assert model.float_layers(plan) == list(model.losses)[:count]
    assert sum(losses[count:]) <= max_drop
    assert count == 0 or sum(losses[count - 1 :]) > max_drop
    assert model.measured == len(trials) <= 3 + math.log2(len(losses))


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 100))
def test_every_trial_is_recorded_with_what_it_lost(losses, max_drop):
    model = Model(losses)

    plan, trials = model.search(max_drop)

    for trial in trials:
        count = len(trial.float_layers)
        assert trial.float_layers == list(model.losses)[:count]
        assert trial.float_weights == pytest.approx(count / len(losses))
        assert trial.drop == pytest.approx(sum(losses[count:]))
    assert model.float_layers(plan) in [trial.float_layers for trial in trials if trial.drop <= max_drop]


def test_noise_for_each_weight_is_the_order():
    model = Model([1, 1, 1])
    # 20 dB is ten times the noise of 30 dB, but of a hundred times the weights.
    model.table = [row("layer0", 20.0, weights=10_000), row("layer1", 30.0, weights=100), row("layer2", 40.0)]

    _, trials = model.search(max_drop=0.0)

    assert trials[1].float_layers == ["layer1", "layer0", "layer2"]
    assert trials[-1].float_weights == pytest.approx(10_100 / 10_200) or trials[-1].float_weights == 1.0


def test_rows_that_the_plan_does_not_know_are_no_candidates():
    model = Model([1, 1])
    model.table.append(row("embeddings.word", sqnr_db=1.0))

    _, trials = model.search(max_drop=0.0)

    assert all("embeddings.word" not in trial.float_layers for trial in trials)


def test_a_drop_of_just_the_limit_is_kept():
    # 1 - 0.995 is a little more than 0.005 in floating point.
    model = Model([0.5])

    plan, trials = model.search(max_drop=0.5)

    assert model.float_layers(plan) == []
    assert [trial.drop for trial in trials] == [0.5]


def test_a_gain_is_kept():
    model = Model([-0.3])

    plan, trials = model.search(max_drop=0.0)

    assert plan == model.plan
    assert trials[0].drop == pytest.approx(-0.3)


def test_what_no_layer_can_mend_is_an_error_with_both_ends():
    model = Model([1.0, 2.0], embeddings=4.0)

    with pytest.raises(
        GateError, match=r"within 0\.5 points of fp32: it drops 7 with all .* int8, 4 with all"
    ) as error:
        model.search(max_drop=0.5)

    assert "\n" not in str(error.value)
    assert model.measured == 2


def test_equalization_and_outliers_stay_in_the_plan():
    model = Model([1.0, 0.0])
    model.plan = StaticPlan(model.plan.linears, {"norm": (1.0, 2.0)}, {"part": ((1,),)})

    plan, _ = model.search(max_drop=0.0)

    assert (plan.equalization, plan.outliers) == (model.plan.equalization, model.plan.outliers)
    assert plan.linears.keys() == set(model.layers["layer1"])


def test_lines_for_people_say_what_was_kept():
    model = Model([2.0, 0.5])
    _, trials = model.search(max_drop=0.5)

    lines = search_lines(Search(max_drop=0.5, metric="accuracy", rows=200, trials=trials))

    assert lines == [
        "searched mixed precision: at most 0.5 points of accuracy on 200 rows",
        "    0 layers float (0.0% of the weights): +2.50 points lost, too much",
        "    2 layers float (100.0% of the weights): +0.00 points lost, kept",
        "    1 layers float (50.0% of the weights): +0.50 points lost, kept",
    ]
