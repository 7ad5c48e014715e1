"""project.yml, from which XcodeGen makes the Xcode project: what it may say, and which files each target takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tests.ios_lab.edge_kit import FOLDER
from tests.laboratory.build_step import files_below

PROJECT = FOLDER / "project.yml"

SCALAR = {"type": ["string", "boolean", "number"]}
STRINGS = {"type": "array", "items": {"type": "string"}}


def _closed(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """Return the schema of an object with these keys and no others: XcodeGen passes over what it does not know."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _named(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": dict(schema)}


# The part of XcodeGen 2.45's Docs/ProjectSpec.md that this project has a use for, with its types.
SETTINGS = _closed({"base": _named(SCALAR), "configs": _named(_named(SCALAR)), "groups": STRINGS})
CONFIG_FILES = _closed({"Debug": {"type": "string"}, "Release": {"type": "string"}})
SOURCE = _closed(
    {
        "path": {"type": "string"},
        "name": {"type": "string"},
        "group": {"type": "string"},
        "excludes": STRINGS,
        "includes": STRINGS,
        "optional": {"type": "boolean"},
        "buildPhase": {"enum": ["sources", "resources", "none"]},
        "type": {"enum": ["file", "group", "folder"]},
    },
    "path",
)
DEPENDENCY = {
    "oneOf": [
        _closed({"target": {"type": "string"}, "embed": {"type": "boolean"}, "link": {"type": "boolean"}}, "target"),
        _closed({"package": {"type": "string"}, "product": {"type": "string"}}, "package", "product"),
        _closed({"package": {"type": "string"}, "products": STRINGS}, "package", "products"),
        _closed({"sdk": {"type": "string"}, "weak": {"type": "boolean"}}, "sdk"),
    ]
}
PHASE = {"enum": ["run", "test", "profile", "analyze", "archive"]}
CONFIG = {"enum": ["Debug", "Release"]}
LAUNCH = {
    "config": CONFIG,
    "commandLineArguments": _named({"type": "boolean"}),
    "environmentVariables": _named({"type": "string"}),
}
DEBUGGER = {"debugEnabled": {"type": "boolean"}, "language": {"type": "string"}, "region": {"type": "string"}}
SCHEME = _closed(
    {
        "build": _closed(
            {"targets": _named({"oneOf": [{"const": "all"}, {"type": "array", "items": PHASE}]})}, "targets"
        ),
        "run": _closed({**LAUNCH, **DEBUGGER, "executable": {"type": "string"}}),
        "test": _closed({**LAUNCH, **DEBUGGER, "targets": STRINGS, "gatherCoverageData": {"type": "boolean"}}),
        "profile": _closed(LAUNCH),
        "analyze": _closed({"config": CONFIG}),
        "archive": _closed({"config": CONFIG, "customArchiveName": {"type": "string"}}),
    },
    "build",
)
TARGET = _closed(
    {
        "type": {"enum": ["application", "bundle.unit-test", "bundle.ui-testing"]},
        "platform": {"enum": ["iOS"]},
        "deploymentTarget": {"type": "string"},
        "sources": {"type": "array", "items": SOURCE, "minItems": 1},
        "configFiles": CONFIG_FILES,
        "settings": SETTINGS,
        "dependencies": {"type": "array", "items": DEPENDENCY},
    },
    "type",
    "platform",
    "sources",
)
OPTIONS = _closed(
    {
        "minimumXcodeGenVersion": {"type": "string"},
        "createIntermediateGroups": {"type": "boolean"},
        "developmentLanguage": {"type": "string"},
        "xcodeVersion": {"type": "string"},
        "deploymentTarget": _closed({"iOS": {"type": "string"}}, "iOS"),
        "groupSortPosition": {"enum": ["none", "top", "bottom"]},
        "useBaseInternationalization": {"type": "boolean"},
    }
)
SCHEMA = _closed(
    {
        "name": {"type": "string"},
        "options": OPTIONS,
        "packages": _named(_closed({"path": {"type": "string"}, "group": {"type": "string"}}, "path")),
        "configFiles": CONFIG_FILES,
        "settings": SETTINGS,
        "fileGroups": STRINGS,
        "schemes": _named(SCHEME),
        "targets": _named(TARGET),
    },
    "name",
    "targets",
)

# What XcodeGen takes for one file, whatever is in it.
FOLDERS_AS_FILES = (".xcassets",)


@dataclass(frozen=True)
class Source:
    """An entry of a target's ``sources``.

    Attributes
    ----------
    whole
        It is copied into the app as it is.
    """

    path: Path
    files: tuple[Path, ...]
    whole: bool


def read_project(path: Path = PROJECT) -> dict[str, Any]:
    """Return what project.yml says; XcodeGen reads YES and NO as this does."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def problems(project: Mapping[str, Any]) -> list[str]:
    """Return what XcodeGen would refuse or pass over without a word, each with its place."""
    found = jsonschema.Draft202012Validator(SCHEMA).iter_errors(project)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def sources_of(target: Mapping[str, Any], folder: Path = FOLDER) -> list[Source]:
    """Return the sources of a target of project.yml, with their files; a missing folder has none."""
    return [_source(entry, folder) for entry in target["sources"]]


def settings_of(project: Mapping[str, Any], target: str | None = None) -> dict[str, Any]:
    """Return build settings: the project's, and over them those of one target."""
    own = project["targets"][target].get("settings", {}) if target is not None else {}
    return {**project.get("settings", {}).get("base", {}), **own.get("base", {})}


def _source(entry: Mapping[str, Any], folder: Path) -> Source:
    path = folder / entry["path"]
    if entry.get("type") == "folder":
        return Source(path, tuple(files_below(path)), whole=True)
    excluded = {found for pattern in entry.get("excludes", []) for found in path.glob(pattern)}
    files = {_one_file(found, path) for found in files_below(path) if not excluded & {found, *found.parents}}
    return Source(path, tuple(sorted(files)), whole=False)


def _one_file(path: Path, folder: Path) -> Path:
    """Return the folder that counts as a file and has `path` in it, or else `path`."""
    inside = [parent for parent in path.parents if parent.is_relative_to(folder) and parent.suffix in FOLDERS_AS_FILES]
    return inside[-1] if inside else path
