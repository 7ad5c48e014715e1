"""What a build makes: defaults filled in, and contradictions refused before any work."""

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata

from converters import FORMATS, find_format, recipes_of_format
from edge.checkpoint import Checkpoint
from edge.errors import InputError, MissingPackageError
from edge.target import find_target
from quantize import find_recipe, load_recipes

DEFAULT_SEQUENCE_LENGTHS = (128,)
DEFAULT_RECIPES = ("int8-dynamic", "int8-weight")


# What every build needs, whatever its formats.
BUILD_PACKAGES = ("torch", "transformers", "safetensors", "huggingface-hub", "jinja2", "matplotlib")


def check_packages(formats: Iterable[str]) -> None:
    """Raise MissingPackageError unless the packages that build `formats` are installed."""
    wanted = dict.fromkeys([*BUILD_PACKAGES, *(package for name in formats for package in find_format(name).packages)])
    missing = [package for package in wanted if not _is_installed(package)]
    if missing:
        raise MissingPackageError(
            f"building needs {', '.join(missing)}: pip install 'squeezebert-edge[build]' (docs/dependencies.md)"
        )


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def choose_recipes(
    formats: Sequence[str] | None, recipes: Sequence[str] | None, targets: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the recipes to build for each format.

    Formats that were not named are those that the targets want, or all; recipes that were not named are the int8 ones.

    Raises
    ------
    InputError
        If a name is unknown, a named format offers none of the named recipes, or a named recipe fits no format.
    """
    chosen_formats = [find_format(name).name for name in dict.fromkeys(formats or ())]
    chosen_recipes = [find_recipe(name).name for name in dict.fromkeys(recipes or ())]
    wanted = [find_target(name) for name in targets]
    candidates = chosen_formats or list(dict.fromkeys(name for target in wanted for name in target.formats))
    if not candidates:
        candidates = list(FORMATS)
    plan: dict[str, tuple[str, ...]] = {}
    for name in candidates:
        offered = [recipe.name for recipe in recipes_of_format(name)]
        matching = tuple(recipe for recipe in chosen_recipes or DEFAULT_RECIPES if recipe in offered)
        if matching:
            plan[name] = matching
        elif name in chosen_formats:
            raise InputError(
                f"{name} does not offer {', '.join(chosen_recipes)}: it has {', '.join(offered)}; add one of these"
                " with --recipe"
            )
    for recipe in chosen_recipes:
        if not any(recipe in matching for matching in plan.values()):
            raise InputError(f"{recipe} is for {', '.join(find_recipe(recipe).formats)}; add one of these to --formats")
    for target in wanted:
        if not any(name in target.formats and set(plan[name]) & set(target.recipes) for name in plan):
            raise InputError(
                f"{target.name} needs {' or '.join(target.formats)} in {' or '.join(target.recipes)}; add one of each"
                " with --formats and --recipe"
            )
    return plan


def calibrated_recipes(plan: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the recipes of a plan, in order, whose activations have calibrated ranges."""
    names = dict.fromkeys(name for recipes in plan.values() for name in recipes)
    return tuple(name for name in names if find_recipe(name).static is not None)


def with_calibrated_recipe(recipes: Sequence[str] | None, max_drop: float | None) -> Sequence[str] | None:
    """Return `recipes`, or the calibrated one where none is named and a `max_drop` asks for a search.

    Raises
    ------
    InputError
        If `max_drop` is negative or not finite, or no named recipe is calibrated.
    """
    if max_drop is None:
        return recipes
    if not 0 <= max_drop < math.inf:
        problem = "negative" if max_drop < 0 else "no limit"
        raise InputError(f"--max-drop {max_drop:g} is {problem}; give the points that the metric may lose, such as 0.5")
    if not recipes:
        return [name for name, recipe in load_recipes().items() if recipe.static is not None]
    if not any(find_recipe(name).static is not None for name in recipes):
        raise InputError(
            f"--max-drop searches what stays float where ranges are calibrated; {', '.join(recipes)} has none: add"
            " --recipe int8-static"
        )
    return recipes


def choose_lengths(lengths: Sequence[int] | None, checkpoint: Checkpoint) -> tuple[int, ...]:
    """Return the lengths to build, ascending; the default is 128, or less where the checkpoint serves less.

    Raises
    ------
    InputError
        If the checkpoint does not serve a length.
    """
    chosen = lengths or [min(length, checkpoint.max_length) for length in DEFAULT_SEQUENCE_LENGTHS]
    for length in chosen:
        checkpoint.check_sequence_length(length)
    return tuple(sorted(set(chosen)))
