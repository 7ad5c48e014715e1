"""What an estimate says, typed; ``squeezebert-edge estimate --json`` prints it."""

from typing import Literal

from edge.artifact import Strict


class LayerEstimate(Strict):
    """All layers of one type.

    Attributes
    ----------
    macs
        Multiply-accumulates of products.
    weight_bytes
        Bytes of weights that are read from memory.
    lower_bound_ms
        The longer of computing at peak and of reading at the memory's peak.
    expected_ms
        With measured efficiencies; None where there are none.
    bound_by
        Which of the two is longer; None where neither takes time.
    """

    type: str
    macs: int
    weight_bytes: int
    lower_bound_ms: float
    expected_ms: float | None
    bound_by: Literal["compute", "memory"] | None


class ProcessorEstimate(Strict):
    """One inference on one of the device's processors.

    Attributes
    ----------
    processor
        In words, with the cores that take part.
    format, backend, recipe
        Of the artifact that would run there.
    threads
        None on accelerators.
    why_no_expectation
        Where `expected_ms` is None.
    """

    processor: str
    format: str
    backend: str
    recipe: str
    threads: int | None
    lower_bound_ms: float
    expected_ms: float | None
    why_no_expectation: str | None
    layers: list[LayerEstimate]


class Estimate(Strict):
    """Latency of one model on one target at one length: an estimate, nothing was run.

    Attributes
    ----------
    kind
        So that nobody takes the document for a measurement.
    macs
        Of one inference.
    processors
        Those that the target's formats reach, in its order of preference.
    assumptions
        What the numbers rest on.
    """

    kind: Literal["estimate"] = "estimate"
    model: str
    task: str
    target: str
    soc: str
    sequence_length: int
    macs: int
    processors: list[ProcessorEstimate]
    assumptions: list[str]
