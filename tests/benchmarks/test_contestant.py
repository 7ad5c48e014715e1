"""The registry of contestants."""

from importlib import util

import pytest

from benchmarks.building import units_of
from benchmarks.contestant import CONTESTANTS, choose_contestants, floor_of
from benchmarks.routes.sources import SOURCES
from edge.errors import InputError


def test_names_of_none_mean_all():
    assert choose_contestants([]) == tuple(CONTESTANTS.values())


def test_chosen_ones_come_in_the_registrys_order():
    chosen = choose_contestants(["huggingface-litert-fp32", "tflite-fp32"])

    assert [entry.name for entry in chosen] == ["tflite-fp32", "huggingface-litert-fp32"]


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match="unknown contestant 'tflite': choose one of tflite-int8-dynamic, "):
        choose_contestants(["tflite"])


@pytest.mark.parametrize("entry", CONTESTANTS.values(), ids=list(CONTESTANTS))
def test_route_exists_and_says_what_shapes_it(entry):
    assert util.find_spec(f"benchmarks.routes.{entry.route}") is not None
    assert all(util.find_spec(source) is not None for source in SOURCES[entry.route])


@pytest.mark.parametrize("entry", CONTESTANTS.values(), ids=list(CONTESTANTS))
def test_yardsticks_are_for_artifacts(entry):
    assert all(CONTESTANTS[name].role == "artifact" for name in entry.yardstick_for)


def test_floor_of_an_artifact():
    assert floor_of("tflite-int8-static") == "products-tflite-int8-static"
    assert floor_of("onnx-int8-dynamic") is None


def test_one_bundle_for_the_formats_of_a_recipe():
    units = units_of(
        choose_contestants(["tflite-fp32", "executorch-fp32", "tflite-int8-static", "huggingface-eager-fp32"])
    )

    assert [unit.name for unit in units] == [
        "bundle-int8-static-tflite",
        "bundle-fp32-tflite-executorch",
        "huggingface-eager-fp32",
    ]
