"""The figures of report.json and report.html.

Unlike the manifest, a report holds latencies measured on the machine that built the bundle, so two builds of the
same checkpoint differ here and nowhere else.
"""

from pydantic import Field

from edge.artifact import Strict
from edge.benchmark import Benchmark, Latency
from edge.gates import Gate

__all__ = ["Benchmark", "Gate", "Latency", "ReportDocument", "ReportRow"]


class ReportRow(Strict):
    """One artifact of the bundle.

    Attributes
    ----------
    size_ratio
        Bytes of the artifact over four bytes for each parameter of the checkpoint.
    runtime
        What computed the parity, for example ``ai-edge-litert 2.3.0`` or ``numpy evaluation of the saved
        .mlpackage``.
    parity
        ``cosine`` (the worst row's), ``sqnr_db``, ``max_abs`` and ``top1`` or ``rank``, against the fp32 checkpoint.
    problems
        What the evaluation found inside: operations that overflow or compute something else than the model's layer.
    sequence_length
        The longest.
    benchmark
        None where no latency can be measured on the building host (Core ML off macOS).
    """

    id: str
    format: str
    recipe: str
    sequence_length: int
    bytes: int
    size_ratio: float
    runtime: str
    parity: dict[str, float]
    gates: list[Gate]
    problems: list[str] = Field(default_factory=list)
    passed: bool
    benchmark: Benchmark | None


class ReportDocument(Strict):
    """report.json.

    Attributes
    ----------
    checkpoint
        Absolute path or Hub id of what was built, for `evaluate`; None for a model that was in memory only.
    """

    model: str
    task: str
    parameters: int
    rows_verified: int
    device: str
    artifacts: list[ReportRow]
    toolchain: dict[str, str]
    checkpoint: str | None = None
