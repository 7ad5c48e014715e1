"""What a build makes: defaults filled in, and contradictions refused before any work."""

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata

from converters import FORMATS, Backend, find_backend, find_format, recipes_of_backend
from converters.deployment_target import MULTIFUNCTION, choose_deployment_target
from converters.file_options import FLAGS, FileOptions
from edge.checkpoint import Checkpoint
from edge.errors import InputError, MissingPackageError
from edge.target import Target, find_target
from quantize import find_recipe, load_recipes

DEFAULT_SEQUENCE_LENGTHS = (128,)
# Where no target says otherwise.
DEFAULT_RECIPES = ("int8-dynamic", "int8-weight")


# What every build needs, whatever its formats.
BUILD_PACKAGES = ("torch", "transformers", "safetensors", "huggingface-hub", "jinja2", "matplotlib")


def check_packages(backends: Iterable[Backend]) -> None:
    """Raise MissingPackageError unless the packages that build for `backends` are installed."""
    wanted = dict.fromkeys([*BUILD_PACKAGES, *(package for backend in backends for package in packages_of(backend))])
    missing = [package for package in wanted if not _is_installed(package)]
    if missing:
        raise MissingPackageError(
            f"building needs {', '.join(missing)}: pip install 'squeezebert-edge[build]' (docs/dependencies.md)"
        )


def packages_of(backend: Backend) -> tuple[str, ...]:
    """Return the packages that write files for `backend`: those of its format, and of the converter that it borrows."""
    return tuple(dict.fromkeys([*find_format(backend.format).packages, *find_format(backend.converter).packages]))


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def choose_recipes(
    formats: Sequence[str] | None,
    recipes: Sequence[str] | None,
    targets: Sequence[str],
    backends: Sequence[str] | None = None,
) -> dict[Backend, tuple[str, ...]]:
    """Return the recipes to build for each backend.

    Formats that were not named are those that the targets want, or all; backends those that the targets like best, or
    each format's default; recipes, for each backend, those that the targets which use it like best, or the int8 ones.

    Raises
    ------
    InputError
        If a name is unknown, a named format or backend offers none of the named recipes, a named backend is none of
        the formats', or a named recipe fits no format.
    """
    chosen_formats = [find_format(name).name for name in dict.fromkeys(formats or ())]
    chosen_recipes = [find_recipe(name).name for name in dict.fromkeys(recipes or ())]
    wanted = [find_target(name) for name in targets]
    candidates = chosen_formats or list(dict.fromkeys(name for target in wanted for name in target.formats))
    if not candidates:
        candidates = list(FORMATS)
    plan: dict[Backend, tuple[str, ...]] = {}
    for backend in _choose_backends(candidates, wanted, backends or ()):
        offered = [recipe.name for recipe in recipes_of_backend(backend)]
        asked = chosen_recipes or _liked_recipes(backend, offered, wanted) or DEFAULT_RECIPES
        matching = tuple(recipe for recipe in asked if recipe in offered)
        if matching:
            plan[backend] = matching
        elif backend.format in chosen_formats or backend.name in (backends or ()):
            raise InputError(
                f"{backend.format if backend.is_default else f'{backend.format} for {backend.name}'} does not offer"
                f" {', '.join(chosen_recipes)}: it has {', '.join(offered)}; add one of these with --recipe"
            )
    for recipe in chosen_recipes:
        if not any(recipe in matching for matching in plan.values()):
            raise InputError(f"{recipe} is for {', '.join(find_recipe(recipe).formats)}; add one of these to --formats")
    for target in wanted:
        if not any(target.uses(key.format, key.name) and set(plan[key]) & set(target.recipes) for key in plan):
            raise InputError(
                f"{target.name} needs {' or '.join(target.formats)} in {' or '.join(target.recipes)}; add one of each"
                " with --formats and --recipe"
            )
    return plan


def _liked_recipes(backend: Backend, offered: Sequence[str], targets: Iterable[Target]) -> list[str]:
    """Return, of what the backend offers, the recipe that each target likes best which uses the backend."""
    firsts = (
        next((recipe for recipe in target.recipes if recipe in offered), None)
        for target in targets
        if target.uses(backend.format, backend.name)
    )
    return [recipe for recipe in dict.fromkeys(firsts) if recipe is not None]


def _choose_backends(formats: Sequence[str], targets: Sequence[Target], named: Sequence[str]) -> list[Backend]:
    """Return the backends to build of each format: those named, or liked best by the targets, or the default."""
    chosen: list[Backend] = []
    for name in formats:
        own = [backend.name for backend in find_format(name).backends]
        liked = [target.backends[name][0] for target in targets if name in target.backends]
        asked = [backend for backend in dict.fromkeys(named) if backend in own]
        chosen.extend(find_backend(name, backend) for backend in asked or dict.fromkeys(liked) or own[:1])
    for backend in named:
        if backend not in [each.name for each in chosen]:
            fitting = [each.name for each in FORMATS.values() if backend in [own.name for own in each.backends]]
            if not fitting:
                known = dict.fromkeys(own.name for each in FORMATS.values() for own in each.backends)
                raise InputError(f"unknown backend '{backend}': choose one of {', '.join(known)}")
            raise InputError(f"--backend {backend} is for {' or '.join(fitting)}; add it to --formats")
    return chosen


def check_file_options(plan: Mapping[Backend, Iterable[str]], options: FileOptions, multifunction: bool) -> None:
    """Raise InputError if an option has nothing that it is for, or the deployment target is too low for what is built.

    Parameters
    ----------
    multifunction
        Whether several lengths are to lie in one Core ML package.
    """
    for option in sorted(options.asked):
        if not any(option in backend.options for backend in plan):
            takers = dict.fromkeys(
                entry.name if backend.is_default else f"{entry.name} for {backend.name}"
                for entry in FORMATS.values()
                for backend in entry.backends
                if option in backend.options
            )
            raise InputError(f"{FLAGS[option]} is for {' or '.join(takers)}; build that too, or leave the option out")
    targeted = {backend: recipes for backend, recipes in plan.items() if backend.has_deployment_target}
    if multifunction and not any(backend.is_multifunction for backend in targeted):
        raise InputError("--multifunction is for Core ML packages; add coreml to --formats, or leave it out")
    needed = {name: find_recipe(name).minimum_deployment_target for names in targeted.values() for name in names}
    if multifunction:
        needed["--multifunction"] = MULTIFUNCTION
    choose_deployment_target(options.deployment_target, needed)


def calibrated_recipes(plan: Mapping[Backend, Iterable[str]]) -> tuple[str, ...]:
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


def choose_lengths(
    lengths: Sequence[int] | None, checkpoint: Checkpoint, targets: Iterable[str] = ()
) -> tuple[int, ...]:
    """Return the lengths to build, ascending.

    The default is all that the targets want, without targets 128; less where the checkpoint serves less.

    Raises
    ------
    InputError
        If the checkpoint does not serve a length.
    """
    wanted = [length for name in targets for length in find_target(name).sequence_lengths] or DEFAULT_SEQUENCE_LENGTHS
    chosen = lengths or [min(length, checkpoint.max_length) for length in wanted]
    for length in chosen:
        checkpoint.check_sequence_length(length)
    return tuple(sorted(set(chosen)))
