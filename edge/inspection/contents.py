"""What the reader of each format hands over, before it is counted and sorted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.inspection.document import NeuralEngine
from edge.runtimes.executorch_metadata import Value


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
    metadata
        What the file says of its model, by name; for ExecuTorch only.
    """

    delegated: Counter[str]
    other: Counter[str]
    constants: list[Constant]
    neural_engine: NeuralEngine | None = None
    metadata: Mapping[str, list[Value]] = field(default_factory=dict)
