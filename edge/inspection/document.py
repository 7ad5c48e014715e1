"""What an inspection finds, typed; ``squeezebert-edge inspect --json`` prints it."""

from pydantic import Field

from edge.artifact import Delegation, Strict
from edge.runtimes.executorch_metadata import Value
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


class NeuralEngineRule(Strict):
    """One published rule of what the Neural Engine does not run, or runs badly.

    Attributes
    ----------
    leaves
        Whether the operation is said to leave the Neural Engine; else it may stay, but slower or with a wrong result.
    checks
        What the rule looks for in an operation, in words.
    sources
        The documents that say so.
    """

    name: str
    leaves: bool
    checks: str
    sources: list[str]


class NeuralEngineFinding(Strict):
    """One rule that names one operation; an operation that several rules name has several findings.

    Attributes
    ----------
    type, name
        Of the MIL operation; the name is that of its first result.
    macs
        Its multiply-accumulates in one inference; None if a size is not constant.
    """

    function: str
    type: str
    name: str
    rule: str
    macs: int | None


class NeuralEngineFunction(Strict):
    """What the rules leave of one function of the program; constants are no operations.

    Attributes
    ----------
    eligible_operations
        How many operations no rule takes off the Neural Engine.
    macs
        Multiply-accumulates of one inference; None if a size is not constant. So are the other two.
    eligible_macs
        Of these, in operations that no rule takes off the Neural Engine.
    unnamed_macs
        Of these, in operations that no rule names at all.
    """

    name: str
    operations: int
    eligible_operations: int
    macs: int | None
    eligible_macs: int | None
    unnamed_macs: int | None


class NeuralEngine(Strict):
    """What published rules say of a Core ML package.

    Attributes
    ----------
    note
        What these figures are, and what they are not.
    rules
        All that were checked.
    findings
        In the order of the program.
    """

    note: str
    rules: list[NeuralEngineRule]
    functions: list[NeuralEngineFunction]
    findings: list[NeuralEngineFinding]


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
    neural_engine
        What is known to leave the Neural Engine; None for other formats than Core ML.
    metadata
        What the constant methods of a .pte return, by name; empty for other formats.
    """

    file: str
    format: str
    bytes: int
    operators: list[OperatorCount]
    delegation: Delegation
    layers: list[LayerSize]
    sensitivity: Sensitivity | None = None
    neural_engine: NeuralEngine | None = None
    metadata: dict[str, list[Value]] = Field(default_factory=dict)

    @property
    def constant_bytes(self) -> int:
        """Bytes of all constant data."""
        return sum(layer.bytes for layer in self.layers)
