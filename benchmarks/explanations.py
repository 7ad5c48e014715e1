"""What a person found out about rows that do not hold: benchmarks/explanations.toml, row id to text."""

import tomllib
from pathlib import Path

from benchmarks.targets import TARGETS
from edge.errors import InputError

FILE = Path(__file__).with_name("explanations.toml")


def read_explanations(path: Path) -> dict[str, str]:
    """Return the texts by row id; none if there is no file.

    Raises
    ------
    InputError
        If the file is damaged or explains a row that does not exist.
    """
    if not path.is_file():
        return {}
    try:
        texts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML ({error})") from error
    known = [target.id for target in TARGETS]
    for key, text in texts.items():
        if key not in known:
            raise InputError(f"{path}: no row '{key}': it may be one of {', '.join(known)}")
        if not isinstance(text, str):
            raise InputError(f"{path}: '{key}' is not a text")
    return texts
