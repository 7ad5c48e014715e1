"""What an inspection finds, typed; ``squeezebert-edge inspect --json`` prints it."""

from edge.artifact import Delegation, Strict
from edge.sensitivity import Sensitivity


class OperatorCount(Strict):
    """How often one type of operator stands in the graph, inside or outside of the accelerated backend."""

    name: str
    count: int
    delegated: bool


class LayerSize(Strict):
    """Constant data of one layer, in all and by number type."""

    layer: str
    bytes: int
    dtypes: dict[str, int]


class Inspection(Strict):
    """One artifact file.

    Attributes
    ----------
    operators
        Most frequent first; a type that runs inside and outside of the backend has two entries.
    delegation
        Sums of `operators`.
    layers
        Constant data in the order of the model: embeddings, layers, head, what is left.
    sensitivity
        What each layer's int8 costs; None for a lone file, and for recipes without calibrated ranges.
    """

    file: str
    format: str
    bytes: int
    operators: list[OperatorCount]
    delegation: Delegation
    layers: list[LayerSize]
    sensitivity: Sensitivity | None = None

    @property
    def constant_bytes(self) -> int:
        """Bytes of all constant data."""
        return sum(layer.bytes for layer in self.layers)
