"""Counts as tables and as a JSON document."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from benchmarks.aarch64.compilation import Compilers
from benchmarks.aarch64.count import Count
from benchmarks.aarch64.disassembly import disassemble
from benchmarks.aarch64.mappings import locate
from edge.parity import SQNR_LIMIT

MILLION = 1e6

# Classes below this share of all artifacts' instructions are one row.
SMALLEST_SHARE = 0.002


def count_table(counts: Sequence[Count]) -> Table:
    """Return one row for each artifact."""
    rule = counts[0].rule
    table = Table(title=f"instructions per inference, AArch64 ({rule.cpu}), 1 thread")
    table.add_column("artifact", overflow="fold")
    for heading in ("millions", "of the first", "SQNR to host dB"):
        table.add_column(heading, justify="right")
    for one in counts:
        ratio = one.instructions / counts[0].instructions
        parity = "equal" if one.sqnr_against_host_db == SQNR_LIMIT else f"{one.sqnr_against_host_db:.1f}"
        table.add_row(str(one.artifact), f"{one.instructions / MILLION:.3f}", f"{ratio:.4f}", parity)
    return table


def class_table(counts: Sequence[Count]) -> Table:
    """Return what the instructions are: millions and share for each artifact, columns numbered as in `count_table`."""
    columns = [one.by_class() for one in counts]
    table = Table("instructions, millions", title="by class")
    for index in range(len(counts)):
        table.add_column(f"{index + 1}", justify="right")
        table.add_column("", justify="right")
    largest = {name: max(_share(column, name) for column in columns) for column in columns for name in column}
    shown = [name for name, share in sorted(largest.items(), key=lambda item: -item[1]) if share >= SMALLEST_SHARE]
    for name in shown:
        table.add_row(name, *_cells(columns, [name]))
    table.add_row("all else", *_cells(columns, [name for name in largest if name not in shown]))
    return table


def hot_block_lines(one: Count, number: int, compilers: Compilers) -> list[str]:
    """Return the `number` blocks that execute most instructions, each with its disassembly."""
    lines = []
    total, so_far = sum(block.instructions for block in one.blocks), 0
    hottest = sorted(one.blocks, key=lambda block: (-block.instructions, block.address))[:number]
    for rank, block in enumerate(hottest, start=1):
        so_far += block.instructions
        millions = block.instructions / one.rule.inferences / MILLION
        lines.append(
            f"{one.artifact.name} block {rank}: {millions:.2f} M, {block.instructions / total:.2%}"
            f" (together {so_far / total:.2%}), {block.executions / one.rule.inferences:,.0f} times"
            f" {len(block.opcodes)} instructions at {locate(block.address, one.emulated.mappings)}"
        )
        lines += [f"    {text}" for text in disassemble(compilers, block)]
    return lines


def document(counts: Sequence[Count], qemu: str, packages: Mapping[str, str]) -> dict[str, Any]:
    """Return everything but the blocks, for JSON."""
    return {
        "rows": [
            {
                "artifact": str(one.artifact),
                "instructions": one.instructions,
                "counts": list(one.counts),
                "inferences": one.rule.inferences,
                "sqnr_against_host_db": round(one.sqnr_against_host_db, 2),
                "classes": {name: round(value) for name, value in one.by_class().items()},
                "libraries": {name: round(value) for name, value in one.by_library().items()},
            }
            for one in counts
        ],
        "cpu": counts[0].rule.cpu,
        "qemu": qemu,
        "packages": dict(packages),
    }


def _share(column: Mapping[str, float], name: str) -> float:
    return column.get(name, 0.0) / sum(column.values())


def _cells(columns: Sequence[Mapping[str, float]], names: Sequence[str]) -> list[str]:
    cells = []
    for column in columns:
        value = sum(column.get(name, 0.0) for name in names)
        cells += [f"{value / MILLION:.2f}", f"{value / sum(column.values()):.1%}"]
    return cells
