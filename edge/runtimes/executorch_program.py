"""What a .pte calls, and what it hands to its delegates, read without executorch.

The numbers of fields are the places in ExecuTorch's ``schema/program.fbs``, which only grows at the end of a table;
the header behind a flatbuffer's identifier is that of ``schema/extended_header.h``.
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from edge.errors import InputError

_IDENTIFIER = b"ET"
_HEADER_MAGIC = b"eh00"
# Where the header lies, and what it holds: magic, length, bytes of the flatbuffer, offset of the first segment.
_HEADER_OFFSET, _HEADER = 8, struct.Struct("<4sIQQ")

_KERNEL_CALL, _DELEGATE_CALL = 1, 2
_OTHER_CALLS = {3: "move", 4: "jump", 5: "free"}
_INLINE = 0

Result = TypeVar("Result")

_DAMAGE = (struct.error, ValueError, LookupError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True)
class Delegate:
    """One part of a method that a backend runs.

    Attributes
    ----------
    backend
        The backend's name.
    offset, size
        Where in the file lies what the backend is handed, in bytes.
    """

    backend: str
    offset: int
    size: int


@dataclass(frozen=True)
class Call:
    """One instruction.

    Attributes
    ----------
    name
        The kernel with its overload, such as ``aten::embedding.out``, or the delegate's backend.
    delegate
        The delegate's place in the method, or None where a kernel is called.
    arguments
        Numbers of the values that are handed over, outputs last.
    """

    name: str
    delegate: int | None
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class Method:
    """The method ``forward``; `inputs` and `outputs` are numbers of values."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    calls: tuple[Call, ...]
    delegates: tuple[Delegate, ...]


def read_method(path: Path) -> Method:
    """Read the first method of the .pte at `path`, without the segments that hold weights.

    Raises
    ------
    InputError
        If it cannot be read, is no .pte, or is damaged.
    """
    program, segments = _read_program(path)
    with _damage_of(path):
        return _method(program, segments)


def read_plans(path: Path, read: Callable[["Table"], Result]) -> list[Result]:
    """Return what `read` makes of the plan of each method of the .pte at `path`, in the order of the file.

    Raises
    ------
    InputError
        If it cannot be read, is no .pte, or is damaged.
    """
    program, _ = _read_program(path)
    with _damage_of(path):
        return [read(plan) for plan in program.tables(1)]


def _read_program(path: Path) -> tuple["Table", int]:
    """Return the root of the flatbuffer, and where the first segment lies."""
    try:
        with path.open("rb") as file:
            data = file.read(_HEADER_OFFSET + _HEADER.size)
            if data[4 : 4 + len(_IDENTIFIER)] != _IDENTIFIER:
                raise InputError(f"{path}: not a {path.suffix} file; build it again")
            size, segments = _header(data)
            data += file.read(-1 if size is None else max(0, size - len(data)))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    with _damage_of(path):
        return _root(data), segments


@contextmanager
def _damage_of(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise InputError(f"{path}: damaged or cut short; build it again") from error


def read_payload(path: Path, delegate: Delegate) -> bytes:
    """Return what the backend of `delegate` is handed.

    Raises
    ------
    InputError
        If the file cannot be read, or ends before.
    """
    try:
        with path.open("rb") as file:
            file.seek(delegate.offset)
            payload = file.read(delegate.size)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(payload) < delegate.size:
        raise InputError(f"{path}: damaged or cut short; build it again")
    return payload


def _header(data: bytes) -> tuple[int | None, int]:
    """Return the bytes of the flatbuffer, None for all of the file, and where the first segment lies."""
    if len(data) < _HEADER_OFFSET + _HEADER.size or not data.startswith(_HEADER_MAGIC, _HEADER_OFFSET):
        return None, 0
    _, _, size, segments = _HEADER.unpack_from(data, _HEADER_OFFSET)
    return size, segments


class Table:
    """A flatbuffer table; fields are asked for by their place in the schema."""

    def __init__(self, data: bytes, position: int) -> None:
        from flatbuffers.table import Table

        if not 0 < position < len(data):
            raise ValueError("a table outside of the file")
        self._table = Table(data, position)

    def number(self, field: int, kind: str, default: int = 0) -> int:
        """Return a number; `kind` is the class of ``flatbuffers.number_types`` without ``Flags``."""
        from flatbuffers import number_types

        offset = self._offset(field)
        if offset is None:
            return default
        return int(self._table.Get(getattr(number_types, f"{kind}Flags"), offset))

    def real(self, field: int) -> float:
        """Return a double; an absent one is 0."""
        from flatbuffers.number_types import Float64Flags

        offset = self._offset(field)
        return 0.0 if offset is None else float(self._table.Get(Float64Flags, offset))

    def table(self, field: int) -> "Table":
        """Return the table, or the member of a union, in a field that is there."""
        return Table(self._table.Bytes, self._table.Indirect(self._present(field)))

    def text(self, field: int) -> str:
        """Return a string; an absent one is empty."""
        offset = self._offset(field)
        return "" if offset is None else str(self._table.String(offset).decode())

    def tables(self, field: int) -> list["Table"]:
        """Return a vector of tables."""
        return [Table(self._table.Bytes, self._table.Indirect(each)) for each in self._elements(field, 4)]

    def numbers(self, field: int) -> tuple[int, ...]:
        """Return a vector of int32."""
        from flatbuffers.number_types import Int32Flags

        return tuple(int(self._table.Get(Int32Flags, each)) for each in self._elements(field, 4))

    def content(self, field: int) -> tuple[int, int]:
        """Return position and length of a vector of bytes."""
        positions = self._elements(field, 1)
        return positions.start, len(positions)

    def _elements(self, field: int, width: int) -> range:
        offset = self._offset(field)
        if offset is None:
            return range(0)
        # The generated code gives these functions an offset within the table.
        inside = offset - self._table.Pos
        start, length = self._table.Vector(inside), self._table.VectorLen(inside)
        if start + length * width > len(self._table.Bytes):
            raise ValueError("a vector ends outside of the file")
        return range(start, start + length * width, width)

    def _offset(self, field: int) -> int | None:
        offset = self._table.Offset(4 + 2 * field)
        return None if offset == 0 else int(self._table.Pos + offset)

    def _present(self, field: int) -> int:
        offset = self._offset(field)
        if offset is None:
            raise ValueError("a field is missing")
        return offset


def _root(data: bytes) -> Table:
    return Table(data, int.from_bytes(data[:4], "little"))


def _method(program: Table, first_segment: int) -> Method:
    plan = program.tables(1)[0]
    delegates = tuple(_delegate(program, each, first_segment) for each in plan.tables(7))
    operators = [f"{each.text(0)}.{each.text(1)}".removesuffix(".") for each in plan.tables(6)]
    return Method(
        inputs=plan.numbers(3),
        outputs=plan.numbers(4),
        calls=tuple(_calls(plan, operators, delegates)),
        delegates=delegates,
    )


def _delegate(program: Table, delegate: Table, first_segment: int) -> Delegate:
    processed = delegate.table(1)
    index = processed.number(1, "Uint32")
    if processed.number(0, "Int8") == _INLINE:
        return Delegate(delegate.text(0), *program.tables(3)[index].content(0))
    segment = program.tables(4)[index]
    return Delegate(delegate.text(0), first_segment + segment.number(0, "Uint64"), segment.number(1, "Uint64"))


def _calls(plan: Any, operators: list[str], delegates: tuple[Delegate, ...]) -> Iterator[Call]:
    for chain in plan.tables(5):
        for instruction in chain.tables(2):
            kind = instruction.number(0, "Uint8")
            if kind not in (_KERNEL_CALL, _DELEGATE_CALL):
                yield Call(_OTHER_CALLS.get(kind, "unknown"), None, ())
                continue
            call = instruction.table(1)
            index = call.number(0, "Int32")
            if kind == _DELEGATE_CALL:
                yield Call(delegates[index].backend, index, call.numbers(1))
            else:
                yield Call(operators[index], None, call.numbers(1))
