"""Golden vectors: real texts, their token ids and the fp32 reference outputs, for a parity check on any device.

On disk, ``golden/<length>.json`` has the texts and ids, and says where each row's outputs lie in
``golden/<length>.f32``, a plain sequence of little-endian float32 values.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import InputError
from edge.examples import Example

Outputs = dict[str, np.ndarray]


@dataclass(frozen=True)
class Golden:
    """Examples of one length and what the fp32 checkpoint computes for them.

    Attributes
    ----------
    outputs
        For each example the float32 outputs by name: without the batch axis, and only at the example's positions.
    """

    sequence_length: int
    pad_id: int
    examples: tuple[Example, ...]
    outputs: tuple[Outputs, ...]


def select_positions(outputs: Outputs, positions: tuple[int, ...] | None) -> Outputs:
    """Drop the batch axis of each output and keep the rows at `positions` (all, if None)."""
    if positions is None:
        return {name: value[0] for name, value in outputs.items()}
    return {name: value[0][list(positions)] for name, value in outputs.items()}


def save_golden(golden: Golden, directory: Path) -> list[Path]:
    """Write `golden` to an existing folder; return the two files."""
    rows: list[dict[str, Any]] = []
    offset = 0
    for example, outputs in zip(golden.examples, golden.outputs, strict=True):
        places = {}
        for name, value in sorted(outputs.items()):
            places[name] = {"offset": offset, "shape": list(value.shape)}
            offset += value.size
        rows.append(
            {
                "texts": list(example.texts),
                "input_ids": list(example.input_ids),
                "token_type_ids": list(example.token_type_ids),
                "positions": None if example.positions is None else list(example.positions),
                "outputs": places,
            }
        )
    index, data = _files(directory, golden.sequence_length)
    head = {"sequence_length": golden.sequence_length, "pad_id": golden.pad_id, "data": data.name, "rows": rows}
    index.write_text(json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    save_outputs(golden.outputs, data)
    return [index, data]


def save_outputs(outputs: Sequence[Outputs], path: Path) -> None:
    """Write outputs of golden examples as ``golden/<length>.f32`` has the reference's, in the same places."""
    values = [
        np.ascontiguousarray(value, dtype="<f4").reshape(-1) for row in outputs for _, value in sorted(row.items())
    ]
    path.write_bytes(np.concatenate(values).tobytes())


def load_outputs(golden: Golden, path: Path) -> tuple[Outputs, ...]:
    """Read what a device computed for the examples of `golden`, from a file in the places of its references.

    Raises
    ------
    InputError
        If the file is missing or has another size.
    """
    try:
        values = np.fromfile(path, dtype="<f4").astype(np.float32)
    except OSError as error:
        raise InputError(f"{path}: the outputs of the golden examples are missing ({error.strerror})") from error
    expected = sum(value.size for row in golden.outputs for value in row.values())
    if values.size != expected:
        raise InputError(f"{path}: has {values.size} values for the golden examples, which have {expected} outputs")
    rows: list[Outputs] = []
    offset = 0
    for row in golden.outputs:
        found: Outputs = {}
        for name, value in sorted(row.items()):
            found[name] = values[offset : offset + value.size].reshape(value.shape)
            offset += value.size
        rows.append(found)
    return tuple(rows)


def load_golden(directory: Path, sequence_length: int) -> Golden:
    """Read the golden vectors of one length.

    Raises
    ------
    InputError
        If they are missing or damaged.
    """
    index, data = _files(directory, sequence_length)
    try:
        head = json.loads(index.read_text(encoding="utf-8"))
        values = np.fromfile(data, dtype="<f4").astype(np.float32)
        rows = head["rows"]
        examples = tuple(
            Example(
                texts=tuple(row["texts"]),
                input_ids=tuple(row["input_ids"]),
                token_type_ids=tuple(row["token_type_ids"]),
                positions=None if row["positions"] is None else tuple(row["positions"]),
            )
            for row in rows
        )
        outputs = tuple(
            {
                name: values[place["offset"] :][: int(np.prod(place["shape"]))].reshape(place["shape"])
                for name, place in row["outputs"].items()
            }
            for row in rows
        )
        return Golden(head["sequence_length"], head["pad_id"], examples, outputs)
    except FileNotFoundError as error:
        raise InputError(f"{error.filename}: golden vectors are missing; build the bundle again") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{index}: golden vectors are damaged ({error}); build the bundle again") from error


def _files(directory: Path, sequence_length: int) -> tuple[Path, Path]:
    return directory / f"{sequence_length}.json", directory / f"{sequence_length}.f32"
