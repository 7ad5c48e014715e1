"""edge.toml: the options of a build in a file."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from edge.artifact import Strict
from edge.errors import InputError

# Options that are paths, relative to the file.
PATHS = {"calibration", "prune_vocabulary"}


class BuildFile(Strict):
    """The options that a file may set; paths are relative to the file."""

    task: str | None = None
    formats: list[str] | None = None
    recipes: list[str] | None = None
    sequence_lengths: list[int] | None = None
    backends: list[str] | None = None
    deployment_target: str | None = None
    multifunction: bool | None = None
    metadata: str | None = None
    input_dtype: str | None = None
    coreml_classifier: bool | None = None
    targets: list[str] | None = None
    calibration: Path | None = None
    max_drop: float | None = None
    prune_vocabulary: Path | None = None
    keep: int | None = None


def read_build_file(path: Path) -> dict[str, Any]:
    """Return the options that the TOML file at `path` sets, as arguments of `edge.build`.

    Raises
    ------
    InputError
        If it is missing, not TOML, or sets something else.
    """
    try:
        options = BuildFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); pass a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(BuildFile.model_fields)
            raise InputError(f"{path}: unknown option '{place}': choose from {known}") from error
        raise InputError(f"{path}: {place}: {first['msg']}") from error
    given = {name: value for name, value in options.model_dump().items() if value is not None}
    for name in PATHS & given.keys():
        given[name] = path.parent / given[name]
    return given
