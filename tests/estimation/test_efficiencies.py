"""Measured efficiencies: data that is checked when it is read, between lengths changed by their logarithm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.efficiencies import RECIPES, write_toml
from edge.errors import InputError
from edge.estimation.efficiencies import load_efficiencies, read_efficiencies
from edge.estimation.layer_work import LayerType

TEXT = write_toml(load_efficiencies())


def refusal(text):
    with pytest.raises(InputError) as error:
        read_efficiencies(text, "efficiencies.toml")
    return str(error.value)


def test_every_recipe_of_a_cpu_and_every_layer_type_but_heads_was_measured():
    found = load_efficiencies()

    assert set(found.recipes) == set(RECIPES)
    for measured in found.recipes.values():
        for each in measured:
            assert set(each.layers) == set(LayerType) - {LayerType.HEAD}


def test_what_is_written_is_read_again():
    assert read_efficiencies(TEXT, "written") == load_efficiencies()


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("clock_mhz", "clock_ghz", "clock_mhz: Field required"),
        ("[peak]", "[peek]", "peak: Field required"),
        ("softmax =", "softmaxx =", "softmaxx"),
        ("[peak]", "[peak", "not TOML"),
    ],
)
def test_damaged_file_is_refused_in_one_line(found, instead, said):
    message = refusal(TEXT.replace(found, instead, 1))

    assert message.startswith("efficiencies.toml: ")
    assert said in message
    assert "\n" not in message


def test_efficiency_above_the_peak_is_refused():
    line = next(line for line in TEXT.splitlines() if line.startswith("post_attention"))

    message = refusal(TEXT.replace(line, "post_attention = { efficiency = 1.2, synchronization_us = 0.0 }", 1))

    assert "post_attention.efficiency: Input should be less than or equal to 1" in message


@given(st.integers(1, 512), st.sampled_from(RECIPES))
def test_between_two_lengths_an_efficiency_lies_between_theirs(length, recipe):
    found = load_efficiencies()
    measured = sorted(found.recipes[recipe], key=lambda each: each.sequence_length)

    at = found.at(recipe, length)

    for kind, each in at.layers.items():
        known = [other.layers[kind].efficiency for other in measured]
        assert min(known) <= each.efficiency <= max(known)


def test_beyond_the_measured_lengths_nothing_changes():
    found = load_efficiencies()
    shortest, *_, longest = sorted(found.recipes["fp32"], key=lambda each: each.sequence_length)

    assert found.at("fp32", 1).layers == shortest.layers
    assert found.at("fp32", 10_000).layers == longest.layers
    assert found.at("fp32", longest.sequence_length) == longest


def test_head_counts_as_a_dense_linear_layer():
    at = load_efficiencies().at("fp32", 128)

    assert at.of(LayerType.HEAD) == at.layers[LayerType.POST_ATTENTION]
