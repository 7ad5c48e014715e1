"""Whether an installed runtime computes an artifact right: some old ones load it and compute wrong numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from edge.errors import InputError


@dataclass(frozen=True)
class Installed:
    """What would run an artifact here.

    Attributes
    ----------
    name
        As in a manifest's ``minimum_runtime``: a package, or ``macOS``.
    """

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def why_too_old(installed: Installed, minimum_runtime: Mapping[str, str]) -> str | None:
    """Return None if `installed` is one of `minimum_runtime` and not older, else what to do, in one line.

    Raises
    ------
    InputError
        If a version is none.
    """
    needed = minimum_runtime.get(installed.name)
    if needed is not None and _parse(installed.version) >= _parse(needed):
        return None
    wanted = " or ".join(f"{name} {version}" for name, version in minimum_runtime.items())
    # Systems have capitals; packages stand in the order of preference.
    packages = [f"{name}>={version}" for name, version in minimum_runtime.items() if name.islower()]
    advice = f": pip install '{packages[0]}'" if packages else ""
    return f"{installed} does not compute this artifact right, which needs at least {wanted or 'nothing known'}{advice}"


def is_older(version: str, needed: str) -> bool:
    """Return whether `version`, as a device says it, is older than `needed`, or none at all."""
    try:
        return Version(version) < _parse(needed)
    except InvalidVersion:
        # Of what is no version it is not known whether it computes right.
        return True


def _parse(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion as error:
        raise InputError(f"'{version}' in minimum_runtime is no version; build the bundle again") from error
