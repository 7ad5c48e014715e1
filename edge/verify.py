"""Verification: every artifact against the fp32 reference, through its recipe's gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.benchmark import Benchmark
from edge.child_process import Stage
from edge.devices.host import run_artifacts
from edge.devices.measurement import MeasurementRule
from edge.gates import Gate, check_gates, describe_failure
from edge.golden import load_golden
from edge.manifest import ArtifactInfo
from edge.parity import measure_parity
from edge.tasks import Task


@dataclass(frozen=True)
class VerifiedArtifact:
    """An artifact, what it reached, and what it had to reach.

    Attributes
    ----------
    artifact
        With ``parity`` filled in.
    rows
        Number of examples compared.
    """

    artifact: ArtifactInfo
    runtime: str
    rows: int
    gates: tuple[Gate, ...]
    benchmark: Benchmark | None

    @property
    def passed(self) -> bool:
        """Whether every gate was passed."""
        return all(gate.passed for gate in self.gates)


def verify_artifacts(
    directory: Path,
    artifacts: Sequence[ArtifactInfo],
    task: Task,
    threads: int,
    stage: Stage,
    rule: MeasurementRule | None = None,
) -> list[VerifiedArtifact]:
    """Run artifacts of the bundle in `directory` on this host and compare them with its golden vectors.

    Parameters
    ----------
    rule
        Also measures latency by this rule.
    """
    runs = run_artifacts(directory, artifacts, threads, stage, rule)
    golden = {
        length: load_golden(directory / "golden", length) for length in {a.sequence_lengths[0] for a in artifacts}
    }
    results = []
    for artifact, run in zip(artifacts, runs, strict=True):
        vectors = golden[artifact.sequence_lengths[0]]
        assert run.outputs is not None
        parity = measure_parity(vectors.outputs, run.outputs, task)
        results.append(
            VerifiedArtifact(
                artifact=artifact.model_copy(update={"parity": parity}),
                runtime=run.runtime,
                rows=len(vectors.examples),
                gates=tuple(check_gates(artifact.recipe, parity)),
                benchmark=run.benchmark,
            )
        )
    return results


def failures(results: Sequence[VerifiedArtifact]) -> list[str]:
    """Return one line for each gate that failed."""
    return [
        describe_failure(result.artifact.id, gate) for result in results for gate in result.gates if not gate.passed
    ]
