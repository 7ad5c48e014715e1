"""What a compiled class refers to and declares: the part of Java's class files that says it (JVM specification, 4)."""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MAGIC = 0xCAFEBABE
UTF8, CLASS, STRING, NAME_AND_TYPE, METHOD_TYPE, MODULE, PACKAGE = 1, 7, 8, 12, 16, 19, 20
FIELD_REFERENCE, METHOD_REFERENCE, INTERFACE_METHOD_REFERENCE, METHOD_HANDLE = 9, 10, 11, 15
LONG, DOUBLE = 5, 6
REFERENCES = (FIELD_REFERENCE, METHOD_REFERENCE, INTERFACE_METHOD_REFERENCE)
# Bytes of an entry after its tag; 4 where nothing else is said.
SIZES = {CLASS: 2, STRING: 2, METHOD_TYPE: 2, MODULE: 2, PACKAGE: 2, METHOD_HANDLE: 3, LONG: 8, DOUBLE: 8}
PRIVATE, SYNTHETIC = 0x0002, 0x1000


class Member(NamedTuple):
    """A field or a method: its class with slashes, its name, and its type as the class file writes it."""

    owner: str
    name: str
    descriptor: str


@dataclass(frozen=True)
class ClassFile:
    """One class.

    Attributes
    ----------
    references
        Fields and methods of any class that its code names.
    fields, methods
        Those that it declares; what the compiler added, and what is private, left out.
    """

    name: str
    references: frozenset[Member]
    fields: tuple[Member, ...]
    methods: tuple[Member, ...]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def unsigned(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        self._position += size
        return self._content[self._position - size : self._position]


def read_class(content: bytes) -> ClassFile:
    """Read a class file; ValueError if it is none."""
    reader = _Reader(content)
    if reader.unsigned(4) != MAGIC:
        raise ValueError("not a class file")
    reader.take(4)
    pool = _read_pool(reader)

    def text(index: int) -> str:
        return pool[index][1].decode("utf-8", errors="replace")

    def name_of(index: int) -> str:
        return text(struct.unpack(">H", pool[index][1])[0])

    reader.take(2)
    name = name_of(reader.unsigned(2))
    reader.take(2)
    reader.take(2 * reader.unsigned(2))
    fields, methods = (_read_members(reader, name, text), _read_members(reader, name, text))
    references = set()
    for tag, data in pool.values():
        if tag in REFERENCES:
            owner, name_and_type = struct.unpack(">HH", data)
            member, descriptor = struct.unpack(">HH", pool[name_and_type][1])
            references.add(Member(name_of(owner), text(member), text(descriptor)))
    return ClassFile(name, frozenset(references), fields, methods)


def read_classes(folders: Iterable[Path]) -> list[ClassFile]:
    """Read all classes in folders."""
    return [read_class(path.read_bytes()) for folder in folders for path in sorted(folder.rglob("*.class"))]


def _read_pool(reader: _Reader) -> dict[int, tuple[int, bytes]]:
    pool = {}
    index, count = 1, reader.unsigned(2)
    while index < count:
        tag = reader.unsigned(1)
        pool[index] = tag, reader.take(reader.unsigned(2) if tag == UTF8 else SIZES.get(tag, 4))
        # Numbers of 64 bits take two places.
        index += 2 if tag in (LONG, DOUBLE) else 1
    return pool


def _read_members(reader: _Reader, owner: str, text: Callable[[int], str]) -> tuple[Member, ...]:
    members = []
    for _ in range(reader.unsigned(2)):
        access = reader.unsigned(2)
        member = Member(owner, text(reader.unsigned(2)), text(reader.unsigned(2)))
        for _ in range(reader.unsigned(2)):
            reader.take(2)
            reader.take(reader.unsigned(4))
        if not access & (PRIVATE | SYNTHETIC):
            members.append(member)
    return tuple(members)
