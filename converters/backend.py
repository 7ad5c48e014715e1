"""Backends: what runs a file of a format, as far as the file is written for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from converters.deployment_target import DEPLOYMENT_TARGETS
from quantize import Recipe, load_recipes


@dataclass(frozen=True, eq=False)
class Backend:
    """One backend of one format.

    Attributes
    ----------
    format
        Name of the format.
    converter
        Module of `converters` that writes its files; the recipes are those of the format of that name.
    minimum_runtime
        Oldest runtimes that compute right what the converter writes, by package or system name; one that is not named
        does not.
    minimum_runtime_of_recipe
        In place of `minimum_runtime`, by the recipe's name.
    channels_first
        Whether files hold the encoder over (1, C, 1, S), which the Neural Engine wants.
    options
        Names of the `converters.file_options.FileOptions` that its files take.
    has_layer_values
        Whether the converter records what the encoder's layers compute (`converters.layer_values`).
    is_multifunction
        Whether one file can hold several lengths, a function for each.
    is_default
        Whether the format's files are for it unless another is asked for; its name stands in no artifact's id.
    """

    format: str
    name: str
    summary: str
    converter: str
    minimum_runtime: Mapping[str, str]
    minimum_runtime_of_recipe: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channels_first: bool = False
    options: frozenset[str] = frozenset()
    has_layer_values: bool = False
    is_multifunction: bool = False
    is_default: bool = True

    @property
    def has_deployment_target(self) -> bool:
        """Whether files are written for a deployment target of Apple's, which names the oldest systems."""
        return "deployment_target" in self.options

    @property
    def prefix(self) -> str:
        """What an artifact's name has before the recipe."""
        return "" if self.is_default else f"{self.name}-"


def recipes_of_backend(backend: Backend) -> tuple[Recipe, ...]:
    """Return the recipes that can be built for `backend`."""
    return tuple(recipe for recipe in load_recipes().values() if backend.converter in recipe.formats)


def minimum_runtime(backend: Backend, recipe: Recipe, deployment_target: str | None) -> dict[str, str]:
    """Return the oldest runtimes that compute artifacts of this backend and recipe right, by package or system name."""
    systems = DEPLOYMENT_TARGETS[deployment_target] if deployment_target is not None else {}
    return {**backend.minimum_runtime_of_recipe.get(recipe.name, backend.minimum_runtime), **systems}
