"""Rows to calibrate with and rows to verify with, never the same."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from edge.errors import InputError
from edge.samples.sample import Sample

VERIFICATION_ROWS = 64
CALIBRATION_ROWS = 256

# Of each set. With fewer, a single text that answers differently fails the top-1 gates.
MINIMUM_ROWS = 8

# Draws the same rows each time, so that the same inputs give the same bundle.
SEED = 0


@dataclass(frozen=True)
class Split:
    """Two sets of rows without a common text.

    Attributes
    ----------
    source_sha256
        Hash over the texts of all rows that were given, drawn or not.
    """

    seed: int
    calibration: tuple[Sample, ...]
    verification: tuple[Sample, ...]
    source_sha256: str


def split_samples(samples: Sequence[Sample], seed: int = SEED) -> Split:
    """Draw up to 64 rows for verification, and up to 256 others for calibration; fewer rows are shared in halves.

    Of rows with the same `text` only the first can be drawn.

    Raises
    ------
    InputError
        If there are too few different texts.
    """
    first_with: dict[str, Sample] = {}
    for sample in samples:
        first_with.setdefault(sample.text, sample)
    different = list(first_with.values())
    if len(different) < 2 * MINIMUM_ROWS:
        raise InputError(
            f"calibration and verification need {2 * MINIMUM_ROWS} different texts, but only {len(different)} were"
            " given; add more"
        )
    draw = random.Random(seed)
    verification = draw.sample(different, min(VERIFICATION_ROWS, len(different) // 2))
    taken = {sample.text for sample in verification}
    others = [sample for sample in different if sample.text not in taken]
    calibration = draw.sample(others, min(CALIBRATION_ROWS, len(others)))
    return Split(seed, tuple(calibration), tuple(verification), _texts_sha256(samples))


def _texts_sha256(samples: Sequence[Sample]) -> str:
    texts = [[sample.text, sample.text_pair, *(sample.choices or ())] for sample in samples]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()
