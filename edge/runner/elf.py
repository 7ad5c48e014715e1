"""What an ELF file says of the machine that it is for."""

import struct
from pathlib import Path

from edge.errors import InputError

# e_machine, in the words of `uname -m`.
MACHINES = {3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64"}

# The magic bytes, class, byte order (1 is little-endian) and what follows them; e_type and e_machine.
_HEADER = struct.Struct("<4sBB10xHH")
_MAGIC, _LITTLE_ENDIAN = b"\x7fELF", 1


def read_architecture(path: Path) -> str:
    """Return the processor that a program or library is for, as ``uname -m`` says it.

    Raises
    ------
    InputError
        If it cannot be read, or is neither.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_HEADER.size)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) == _HEADER.size:
        magic, _, order, _, machine = _HEADER.unpack(data)
        if (magic, order) == (_MAGIC, _LITTLE_ENDIAN):
            return MACHINES.get(machine, f"machine {machine}")
    raise InputError(f"{path}: no program for Linux or Android; build the runner again")
