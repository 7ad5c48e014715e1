"""What a Package.swift says on this machine, as Swift's package manager reads it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ios_lab.laboratory import BUILD_FOLDER, IosLab
from tests.ios_lab.swift_root import run_in_root
from tests.laboratory.build_step import files_below


@dataclass(frozen=True)
class Target:
    """A target of a package.

    Attributes
    ----------
    kind
        ``regular``, ``test`` or ``executable``.
    folder
        Where its sources are.
    settings
        As ``swift package dump-package`` writes them.
    """

    name: str
    kind: str
    folder: Path
    dependencies: tuple[str, ...]
    settings: tuple[dict[str, Any], ...]

    @property
    def files(self) -> list[Path]:
        """Return its Swift files."""
        return files_below(self.folder, ".swift")


@dataclass(frozen=True)
class SwiftPackage:
    """A package.

    Attributes
    ----------
    platforms
        Oldest version of each.
    tools_version
        Of Package.swift's first line; the language mode of targets that choose none.
    """

    name: str
    folder: Path
    tools_version: str
    platforms: dict[str, str]
    products: dict[str, tuple[str, ...]]
    targets: tuple[Target, ...]


def read_package(lab: IosLab, folder: Path) -> SwiftPackage:
    """Evaluate the Package.swift in `folder`; CheckError if it cannot be."""
    scratch = BUILD_FOLDER / "packages" / folder.name
    command = ["swift", "package", "--package-path", str(folder), "--scratch-path", str(scratch), "dump-package"]
    said = json.loads(run_in_root(lab, command, "swift package dump-package", more_folders=[folder]))
    return SwiftPackage(
        name=said["name"],
        folder=folder,
        tools_version=".".join(said["toolsVersion"]["_version"].split(".")[:2]),
        platforms={one["platformName"]: one["version"] for one in said["platforms"]},
        products={one["name"]: tuple(one["targets"]) for one in said["products"]},
        targets=tuple(_target(one, folder) for one in said["targets"]),
    )


def _target(said: dict[str, Any], folder: Path) -> Target:
    usual = f"{'Tests' if said['type'] == 'test' else 'Sources'}/{said['name']}"
    # Each is {"byName": [name, condition]} or {"product": [name, package, ...]}.
    dependencies = [name for one in said["dependencies"] for name in next(iter(one.values()))[:1]]
    path = folder / said.get("path", usual)
    return Target(said["name"], said["type"], path, tuple(dependencies), tuple(said["settings"]))
