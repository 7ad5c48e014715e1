"""Recipes: how precise weights and activations are, as data."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from edge.registry import find_entry, read_entries

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
    return {data["name"]: Recipe(**data) for data in read_entries("quantize", "recipes", RECIPE_NAMES)}


def find_recipe(name: str) -> Recipe:
    """Return the recipe called `name`.

    Raises
    ------
    InputError
        If there is no such recipe.
    """
    return find_entry(load_recipes(), name, "recipe")
