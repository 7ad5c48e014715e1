"""Examples and their outputs on the way to a worker and back."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from edge.examples import Example
from edge.golden import Outputs


def save_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write ids and positions of `examples`."""
    rows = [[example.input_ids, example.token_type_ids, example.positions] for example in examples]
    path.write_text(json.dumps(rows), encoding="utf-8")


def load_examples(path: Path) -> list[Example]:
    """Read what `save_examples` wrote; the texts are not there."""
    return [
        Example((), tuple(ids), tuple(types), None if positions is None else tuple(positions))
        for ids, types, positions in json.loads(path.read_text(encoding="utf-8"))
    ]


def save_outputs(path: Path, outputs: Iterable[tuple[int, Outputs]]) -> None:
    """Write each example's index and outputs."""
    np.savez(path, **{f"{index}/{name}": value for index, row in outputs for name, value in row.items()})  # type: ignore[arg-type]


def load_outputs(path: Path) -> list[Outputs]:
    """Read the outputs of all examples, in the order of their indices."""
    rows: dict[int, Outputs] = {}
    with np.load(path) as archive:
        for key in archive.files:
            index, name = key.split("/", 1)
            rows.setdefault(int(index), {})[name] = archive[key]
    return [rows[index] for index in sorted(rows)]
