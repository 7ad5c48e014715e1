"""Recipes: how precise weights and activations are, as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from edge.errors import InputError

# One line a recipe; the file quantize/recipes/<name>.toml holds its data.
RECIPE_NAMES = ("fp32", "fp16", "int8-dynamic", "int8-weight")


@dataclass(frozen=True)
class Recipe:
    """One way to store weights and to compute with them.

    Attributes
    ----------
    weights, embeddings
        Number type of the position-wise layers' weights and of the embeddings. ``int8`` is symmetric with one scale
        for each output channel, and for each row of the embeddings.
    activations
        ``int8-runtime`` quantizes each matrix product's input while it runs; otherwise the type computed in.
    formats
        Formats that this recipe can be built for.
    """

    name: str
    summary: str
    weights: Literal["float32", "float16", "int8"]
    embeddings: Literal["float32", "float16", "int8"]
    activations: Literal["float32", "float16", "int8-runtime"]
    formats: tuple[str, ...]


@cache
def load_recipes() -> dict[str, Recipe]:
    """Return all recipes by name."""
    folder = resources.files("quantize") / "recipes"
    recipes = {}
    for name in RECIPE_NAMES:
        data = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        recipes[name] = Recipe(**{**data, "formats": tuple(data["formats"])})
    return recipes


def find_recipe(name: str) -> Recipe:
    """Return the recipe called `name`.

    Raises
    ------
    InputError
        If there is no such recipe.
    """
    recipes = load_recipes()
    if name not in recipes:
        raise InputError(f"unknown recipe '{name}': choose one of {', '.join(recipes)}")
    return recipes[name]
