"""JSON files of a checkpoint, read with their types checked."""

from __future__ import annotations

import json
import math
import reprlib
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError


def shown(value: object) -> str:
    """Return `value` as text that is short and on one line, for an error message."""
    short = reprlib.Repr()
    # Tensors' names fit.
    short.maxstring = 100
    return short.repr(value)


def read_json(path: Path) -> object:
    """Return the content of the JSON file `path`.

    Raises
    ------
    InputError
        If the file is missing, unreadable or not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; pass a folder in Hugging Face layout that holds it") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from None
    # ValueError covers bad UTF-8, bad JSON and numbers of thousands of digits.
    except (ValueError, RecursionError):
        raise InputError(f"{path}: not valid JSON; copy or save the file again") from None


@dataclass(frozen=True)
class JsonObject:
    """The fields of a JSON file, each read with the type that it must have.

    Attributes
    ----------
    path
        The file, for error messages.
    fields
        Its content.
    """

    path: Path
    fields: dict[str, object]

    def integer(self, name: str, default: int | None, maximum: float = 2**31 - 1) -> int:
        """Return the whole number `name`, from 1 to `maximum`.

        Raises
        ------
        InputError
            If it is absent and `default` is None, or is something else.
        """
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= maximum:
            limit = "" if maximum == math.inf else f" to {maximum}"
            raise self.wrong(name, f"a whole number from 1{limit}")
        return value

    def positive_number(self, name: str, default: float | None) -> float:
        """Return the finite number `name`, which is above 0.

        Raises
        ------
        InputError
            If it is absent and `default` is None, or is something else.
        """
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise self.wrong(name, "a number above 0")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise self.wrong(name, "a finite number above 0")
        return number

    def text(self, name: str, default: str | None) -> str:
        """Return the string `name`.

        Raises
        ------
        InputError
            If it is absent and `default` is None, or is something else.
        """
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a string")
        return value

    def flag(self, name: str, default: bool | None) -> bool:
        """Return the boolean `name`.

        Raises
        ------
        InputError
            If it is absent and `default` is None, or is something else.
        """
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def wrong(self, name: str, expected: str) -> InputError:
        """Return the error that says that the field `name` is not `expected`."""
        return InputError(f"{self.path}: '{name}' is {shown(self.fields[name])}; correct it to {expected}")

    def _value(self, name: str, default: object) -> object:
        value = self.fields.get(name, default)
        if value is None and name not in self.fields:
            raise InputError(f"{self.path}: no '{name}'; add it, or save the model again with save_pretrained")
        return value


def read_json_object(path: Path) -> JsonObject:
    """Return the object that the JSON file `path` holds.

    Raises
    ------
    InputError
        If the file is missing, unreadable, not JSON or not an object.
    """
    content = read_json(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds {shown(content)}, not a JSON object; copy or save the file again")
    return JsonObject(path, content)
