"""Tables of a flatbuffer written from data: for schemas that no package here carries code for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    fields
        By the field's number in the schema, counted from 0; a union takes two, its type and then its value. A value is
        a string, a table, a tuple of tables, or an integer of 8 bits: an enumeration's value.
    """

    fields: "Mapping[int, str | int | Table | tuple[Table, ...]]"


def write_tables(root: Table, identifier: bytes) -> bytes:
    """Return the flatbuffer with `root` as its root table and four bytes to know it by."""
    import flatbuffers

    builder = flatbuffers.Builder(1024)
    builder.Finish(_write(builder, root), identifier)
    return bytes(builder.Output())


def _write(builder: Any, table: Table) -> int:
    # Whatever a table refers to is written before it.
    places = {number: _place(builder, value) for number, value in table.fields.items() if not isinstance(value, int)}
    builder.StartObject(max(table.fields, default=-1) + 1)
    for number, value in table.fields.items():
        if isinstance(value, int):
            builder.PrependInt8Slot(number, value, 0)
        else:
            builder.PrependUOffsetTRelativeSlot(number, places[number], 0)
    position: int = builder.EndObject()
    return position


def _place(builder: Any, value: str | Table | tuple[Table, ...]) -> int:
    position: int
    if isinstance(value, str):
        position = builder.CreateString(value)
    elif isinstance(value, Table):
        position = _write(builder, value)
    else:
        positions = [_write(builder, each) for each in value]
        builder.StartVector(4, len(positions), 4)
        for each in reversed(positions):
            builder.PrependUOffsetTRelative(each)
        position = builder.EndVector()
    return position
