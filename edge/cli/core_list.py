"""A list of processors as users of taskset write it: ``0-3,6``."""

import re

from edge.errors import InputError

_PART = re.compile(r"(\d+)(?:-(\d+))?")

# More than any board or phone has, so that a slip of the finger does not fill the memory.
HIGHEST = 4095


def parse_cores(text: str) -> tuple[int, ...]:
    """Return the processors that `text` lists, each once, ascending.

    Raises
    ------
    InputError
        If it is no such list.
    """
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last or last > HIGHEST:
            raise InputError(f"'{text}' is no list of cores: write 0-3, or 4,6,7")
        found.update(range(first, last + 1))
    return tuple(sorted(found))
