"""Recipes: how precise weights and activations are, as data."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from edge.registry import find_entry, read_entries

# One line a recipe; the file quantize/recipes/<name>.toml holds its data.
RECIPE_NAMES = ("fp32", "fp16", "int8-dynamic", "int8-static", "int8-weight", "int4-weight", "palette6-weight")


@dataclass(frozen=True)
class StaticOptions:
    """How activations get their ranges before the artifact runs.

    Attributes
    ----------
    input_observer, output_observer
        Keys of `quantize.observer.OBSERVERS` for the inputs and outputs of linear layers.
    equalization
        Strength of `quantize.equalization`, 0 to 1; 0 leaves the activations as they are.
    outliers
        Share of the feed-forward neurons that `quantize.outliers` gives ranges of their own; 0 none.
    keep_float
        Patterns (``fnmatch``) of linear layers that stay float, for example ``layers.0.feed_forward.*``.
    """

    input_observer: str
    output_observer: str
    equalization: float
    outliers: float
    keep_float: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """One way to store weights and to compute with them.

    Attributes
    ----------
    weights, embeddings
        Number type of the position-wise layers' weights and of the embeddings. ``int8`` is symmetric with one scale
        for each output channel, and for each row of the embeddings; ``int4`` has one scale for each block of 32 input
        channels, and ``palette6`` 6-bit indices into a table of 64 values for each 16 output channels.
    activations
        ``int8-runtime`` quantizes each matrix product's input while it runs, ``int8-calibrated`` its input and output
        with ranges fixed before; otherwise the type computed in.
    formats
        Formats that this recipe can be built for.
    static
        Set where activations are ``int8-calibrated``.
    head
        Number type of the weights of the task's head, where it is not `weights`.
    minimum_deployment_target
        Oldest of Apple's deployment targets whose Core ML has what the recipe needs, as coremltools names them.
    """

    name: str
    summary: str
    weights: Literal["float32", "float16", "int8", "int4", "palette6"]
    embeddings: Literal["float32", "float16", "int8"]
    activations: Literal["float32", "float16", "int8-runtime", "int8-calibrated"]
    formats: tuple[str, ...]
    static: StaticOptions | None = None
    head: Literal["int8"] | None = None
    minimum_deployment_target: str = "iOS16"


@cache
def load_recipes() -> dict[str, Recipe]:
    """Return all recipes by name."""
    recipes = {}
    for data in read_entries("quantize", "recipes", RECIPE_NAMES):
        static = data.pop("static", None)
        options = static and StaticOptions(**{**static, "keep_float": tuple(static["keep_float"])})
        recipes[data["name"]] = Recipe(**data, static=options)
    return recipes


def find_recipe(name: str) -> Recipe:
    """Return the recipe called `name`.

    Raises
    ------
    InputError
        If there is no such recipe.
    """
    return find_entry(load_recipes(), name, "recipe")
