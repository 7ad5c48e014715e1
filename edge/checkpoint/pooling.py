"""How a sentence-transformers folder turns token vectors into one sentence embedding."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pooling:
    """Pooling and normalisation of a sentence encoder.

    Attributes
    ----------
    modes
        One or more of ``cls``, ``mean``, ``max``, ``mean_sqrt_len``; several are concatenated in this order.
    normalize
        Whether the embedding is scaled to unit length.
    """

    modes: tuple[str, ...]
    normalize: bool
