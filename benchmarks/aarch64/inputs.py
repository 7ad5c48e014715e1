"""Real token ids for an artifact, from a bundle's golden vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.errors import InputError
from edge.golden import load_golden
from edge.model_inputs import pad_inputs

# In the order of Hugging Face's modules, for inputs whose names say nothing.
NAMES = ("input_ids", "attention_mask", "token_type_ids")

TYPES = ("int32", "int64", "float32")


@dataclass(frozen=True)
class InputTensor:
    """An input as the artifact describes it; `name` may be empty."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def golden_places(artifacts: Sequence[Path]) -> list[Path]:
    """Return where golden vectors lie if `artifacts` lie in bundles."""
    return [path.absolute().parent.parent / "golden" for path in artifacts]


def golden_inputs(artifact: Path, inputs: Sequence[InputTensor], places: Sequence[Path]) -> list[np.ndarray]:
    """Return the first golden example as arrays of the shapes and types of `inputs`.

    Parameters
    ----------
    places
        Folders that may have golden vectors; the first that has the artifact's length counts.

    Raises
    ------
    InputError
        If the inputs are not those of an encoder, or no folder has that length.
    """
    length = _sequence_length(artifact, inputs)
    folder = next((place for place in places if (place / f"{length}.json").is_file()), None)
    if folder is None:
        raise InputError(
            f"{artifact}: no golden vectors of length {length} to take token ids from; name an artifact of a bundle"
            " beside it, or a folder with --golden"
        )
    vectors = load_golden(folder, length)
    example = vectors.examples[0]
    columns = pad_inputs(example.input_ids, example.token_type_ids, NAMES, length, vectors.pad_id)
    return [columns[_name(tensor, index)].astype(tensor.dtype) for index, tensor in enumerate(inputs)]


def _sequence_length(artifact: Path, inputs: Sequence[InputTensor]) -> int:
    """Return S of inputs of shape (1, S)."""
    shapes = {tensor.shape for tensor in inputs}
    if not 1 <= len(inputs) <= len(NAMES) or len(shapes) != 1 or len(inputs[0].shape) != 2 or inputs[0].shape[0] != 1:
        raise InputError(
            f"{artifact}: has {len(inputs)} inputs of shapes {sorted(shapes)}; an encoder takes one to three of shape"
            " (1, length)"
        )
    unknown = {tensor.dtype for tensor in inputs} - set(TYPES)
    if unknown:
        raise InputError(f"{artifact}: its inputs are of another type than {', '.join(TYPES)}; no encoder has such")
    return inputs[0].shape[1]


def _name(tensor: InputTensor, index: int) -> str:
    return next((name for name in NAMES if name in tensor.name), NAMES[index])
