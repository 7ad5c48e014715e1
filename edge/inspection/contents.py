"""What the reader of each format hands over, before it is counted and sorted."""

from collections import Counter
from dataclasses import dataclass

from edge.inspection.document import NeuralEngine


@dataclass(frozen=True)
class Constant:
    """One stored tensor: the layer that it belongs to, its number type and its bytes in the file."""

    layer: str
    dtype: str
    bytes: int


@dataclass(frozen=True)
class Contents:
    """The inside of an artifact.

    Attributes
    ----------
    delegated, other
        Operator types inside and outside of the accelerated backend.
    constants
        Every stored tensor once, in any order.
    neural_engine
        What is known to leave the Neural Engine; for Core ML only.
    """

    delegated: Counter[str]
    other: Counter[str]
    constants: list[Constant]
    neural_engine: NeuralEngine | None = None
