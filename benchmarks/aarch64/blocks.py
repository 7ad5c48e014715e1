"""What the counting plugin writes: how often each translated block of the guest's code ran."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from edge.errors import ConversionError

LINE = re.compile(r"block ([0-9a-f]{1,16}) ([0-9]+)((?: [0-9a-f]{8})+)")


@dataclass(frozen=True)
class Block:
    """Instructions that ran one after the other, always from the first to the last.

    Attributes
    ----------
    address
        Of the first instruction, in the guest's memory.
    executions
        How often it ran between the markers.
    opcodes
        The instructions, 32 bits each.
    """

    address: int
    executions: int
    opcodes: tuple[int, ...]

    @property
    def instructions(self) -> int:
        """Instructions executed."""
        return self.executions * len(self.opcodes)


def parse_blocks(text: str) -> list[Block]:
    """Read the plugin's output; blocks that were translated more than once become one.

    Raises
    ------
    ConversionError
        If a line is none of the plugin's.
    """
    executions: dict[tuple[int, tuple[int, ...]], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = LINE.fullmatch(line)
        if match is None:
            raise ConversionError(f"the plugin's output is damaged in line {number}: {line[:60]!r}; run again")
        key = int(match[1], 16), tuple(int(word, 16) for word in match[3].split())
        executions[key] = executions.get(key, 0) + int(match[2])
    return [Block(address, count, opcodes) for (address, opcodes), count in executions.items()]


def total_instructions(blocks: Iterable[Block]) -> int:
    """Return the instructions that all of them executed."""
    return sum(block.instructions for block in blocks)
