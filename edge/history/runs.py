"""The runs of a measurement as bytes: little-endian float32.

Its relative error of at most 6e-8 is less than any clock resolves, in half of the space that the host's numbers take.
"""

from collections.abc import Sequence

import numpy as np

RUN = np.dtype("<f4")


def encode_runs(milliseconds: Sequence[float]) -> bytes:
    """Return the runs, in order, as bytes: four for each."""
    return np.asarray(milliseconds, dtype=RUN).tobytes()


def decode_runs(content: bytes) -> list[float]:
    """Return the milliseconds of each run, in order.

    Raises
    ------
    ValueError
        If the bytes are no whole number of runs.
    """
    return [float(value) for value in np.frombuffer(content, dtype=RUN)]
