"""Reading typed documents: what is wrong with one, in words for one line."""

import json
import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from edge.errors import InputError

Document = TypeVar("Document", bound=BaseModel)


def first_problem(error: ValidationError) -> tuple[str, str]:
    """Return where the first problem of a document is, with dots between the levels, and what it is."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]


def read_toml(kind: type[Document], text: str, file: str, remedy: str) -> Document:
    """Read a document of type `kind` from TOML.

    Parameters
    ----------
    file, remedy
        For messages: where it stands, and what to do if it is wrong.

    Raises
    ------
    InputError
        If it is not TOML, has an unknown key, lacks one, or a value has the wrong type or range.
    """
    try:
        # By JSON: of Python's values, pydantic takes no list for a tuple where it is strict.
        return kind.model_validate_json(json.dumps(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML ({error}); {remedy}") from error
    except ValidationError as error:
        place, problem = first_problem(error)
        raise InputError(f"{file}: {place}: {problem}; {remedy}") from error
