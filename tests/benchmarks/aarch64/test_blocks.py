"""What the plugin writes is read back whole, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.aarch64.blocks import Block, parse_blocks, total_instructions
from edge.errors import ConversionError

OPCODES = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5).map(tuple)
BLOCKS = st.builds(Block, st.integers(0, 2**64 - 1), st.integers(1, 2**63), OPCODES)


def line(block: Block) -> str:
    """Write a block as instruction_count.c does."""
    return f"block {block.address:x} {block.executions}" + "".join(f" {code:08x}" for code in block.opcodes)


@given(st.lists(BLOCKS, unique_by=lambda block: (block.address, block.opcodes)))
def test_reads_what_the_plugin_writes(blocks: list[Block]) -> None:
    assert parse_blocks("".join(line(block) + "\n" for block in blocks)) == blocks


@given(BLOCKS, st.integers(1, 2**32))
def test_a_block_translated_twice_is_one_block(block: Block, more: int) -> None:
    again = Block(block.address, more, block.opcodes)
    (merged,) = parse_blocks(f"{line(block)}\n{line(again)}\n")
    assert merged.executions == block.executions + more
    assert merged.instructions == total_instructions([block, again])


@given(st.text(min_size=1).filter(lambda text: not text.startswith("block ")))
def test_any_other_text_is_one_line_of_error(text: str) -> None:
    with pytest.raises(ConversionError) as error:
        parse_blocks(text + "\n")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("damaged", ["block 400 3", "block 400 -3 d503201f", "block 400 3 d503201", "total 5", ""])
def test_damaged_line_is_named(damaged: str) -> None:
    with pytest.raises(ConversionError, match="line 2"):
        parse_blocks(f"block 400 1 d503201f\n{damaged}\nblock 404 1 d503201f\n")
