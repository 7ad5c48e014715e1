"""Recipes are data: one TOML file each."""

from importlib import resources

import pytest

from converters import FORMATS, recipes_of_format
from edge.errors import InputError
from quantize import find_recipe, load_recipes
from quantize.observer import OBSERVERS


def test_every_file_is_a_recipe():
    files = sorted(file.name for file in (resources.files("quantize") / "recipes").iterdir())

    assert files == sorted(f"{name}.toml" for name in load_recipes())


@pytest.mark.parametrize("name", load_recipes())
def test_recipe_is_for_known_formats(name):
    recipe = find_recipe(name)

    assert recipe.name == name
    assert recipe.formats
    assert set(recipe.formats) <= set(FORMATS)


@pytest.mark.parametrize("name", load_recipes())
def test_deployment_target_is_the_oldest_with_what_the_recipe_needs(name):
    recipe = find_recipe(name)

    # coremltools.target names them; quantize and dequantize came with iOS 17, int4 and tables for groups with iOS 18.
    newer = {"int4": "iOS18", "palette6": "iOS18"}.get(recipe.weights)
    calibrated = "iOS17" if recipe.activations == "int8-calibrated" else "iOS16"
    assert recipe.minimum_deployment_target == (newer or calibrated)


@pytest.mark.parametrize("name", ["int4-weight", "palette6-weight"])
def test_fewer_bits_are_for_the_layers_between_lookups_and_head(name):
    recipe = find_recipe(name)

    assert (recipe.embeddings, recipe.head, recipe.activations) == ("int8", "int8", "float16")
    assert recipe.formats == ("coreml",)


@pytest.mark.parametrize("name", [name for name in load_recipes() if name.startswith("int8")])
def test_int8_recipes_store_embeddings_in_int8(name):
    assert (find_recipe(name).weights, find_recipe(name).embeddings) == ("int8", "int8")


def test_static_options_are_those_of_calibrated_activations():
    for recipe in load_recipes().values():
        assert (recipe.static is not None) == (recipe.activations == "int8-calibrated")


@pytest.mark.parametrize("name", [name for name, recipe in load_recipes().items() if recipe.static])
def test_static_options_are_of_the_right_kind(name):
    static = find_recipe(name).static

    assert {static.input_observer, static.output_observer} <= OBSERVERS.keys()
    assert 0 <= static.equalization <= 1
    assert 0 <= static.outliers < 1
    assert isinstance(static.keep_float, tuple)


def test_int8_static_is_for_every_format():
    assert set(find_recipe("int8-static").formats) == set(FORMATS)


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_has_a_control_and_an_int8_recipe(format_name):
    names = [recipe.name for recipe in recipes_of_format(format_name)]

    assert "fp32" in names
    assert any(name.startswith("int8") for name in names)


def test_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(
        InputError, match="unknown recipe 'int2': choose one of fp32, fp16, int8-dynamic, int8-static, int8-weight"
    ):
        find_recipe("int2")
