"""What an artifact is fed while it is profiled: a real text where there is one, else ones of the right shape."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from edge.errors import InputError
from edge.golden import load_golden
from edge.model_inputs import pad_inputs

Feed = dict[str, np.ndarray]

# A model of one segment need not have a row for segment 1.
_ZEROS = "token_type_ids"


def golden_feed(golden: Path, sequence_length: int, names: Sequence[str]) -> Feed:
    """Return the first golden example of a bundle: int32 arrays (1, S) by name, in the order of `names`."""
    vectors = load_golden(golden, sequence_length)
    example = vectors.examples[0]
    return pad_inputs(example.input_ids, example.token_type_ids, names, sequence_length, vectors.pad_id)


def filled_feed(path: Path, inputs: Iterable[tuple[str, Sequence[int], np.dtype]]) -> Feed:
    """Return ones, so that the mask hides nothing, and zeros for token types.

    Parameters
    ----------
    path
        The artifact, for the message.
    inputs
        Name, shape and dtype of each input.

    Raises
    ------
    InputError
        If a shape is not fixed.
    """
    feed: Feed = {}
    for name, shape, dtype in inputs:
        if any(not isinstance(size, int) or size < 1 for size in shape):
            sizes = ", ".join(map(str, shape))
            raise InputError(f"{path}: its input '{name}' has no fixed shape ({sizes}); convert it for one length")
        feed[name] = np.full(shape, 0 if name == _ZEROS else 1, dtype)
    return feed
