"""Apple's deployment targets: the oldest systems that a Core ML program is written for, as data."""

from collections.abc import Mapping
from types import MappingProxyType

from edge.errors import InputError
from edge.registry import find_entry
from quantize import Recipe

# Oldest first, as coremltools.target names them, with the systems of the same year.
DEPLOYMENT_TARGETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "iOS16": {"iOS": "16", "macOS": "13"},
        "iOS17": {"iOS": "17", "macOS": "14"},
        "iOS18": {"iOS": "18", "macOS": "15"},
    }
)

# What is written for unless something newer is needed or another one asked for.
DEFAULT = "iOS17"

# The first with packages of several functions.
MULTIFUNCTION = "iOS18"


def choose_deployment_target(asked: str | None, needed: Mapping[str, str]) -> str:
    """Return the deployment target to write for.

    Parameters
    ----------
    asked
        By the user; None chooses the oldest that does, and no older than `DEFAULT`.
    needed
        Oldest deployment target of each thing that is built, by its name.

    Raises
    ------
    InputError
        If there is none of that name, or it is too low for something.
    """
    order = list(DEPLOYMENT_TARGETS)
    if asked is None:
        return max([DEFAULT, *needed.values()], key=order.index)
    find_entry(DEPLOYMENT_TARGETS, asked, "deployment target")
    for name, least in needed.items():
        if order.index(asked) < order.index(least):
            raise InputError(
                f"{name} needs deployment target {least}, {asked} is too low; raise --deployment-target or leave it out"
            )
    return asked


def deployment_target_of(recipe: Recipe, asked: str | None) -> str:
    """Return the deployment target that `recipe` is written for; raises as `choose_deployment_target`."""
    return choose_deployment_target(asked, {recipe.name: recipe.minimum_deployment_target})
