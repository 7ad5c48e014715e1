"""report.json and report.html: the figures of a build."""

from collections.abc import Sequence
from pathlib import Path

from edge.manifest import Manifest
from edge.report.document import ReportDocument, ReportRow
from edge.verify import VerifiedArtifact

FLOAT32_BYTES = 4


def make_document(
    manifest: Manifest, results: Sequence[VerifiedArtifact], device: str, checkpoint: str | None = None
) -> ReportDocument:
    """Return the figures of `results`, which are artifacts of the bundle that `manifest` describes.

    Parameters
    ----------
    device
        Where they ran, in one line.
    checkpoint
        Where the checkpoint can be read again.
    """
    fp32_bytes = manifest.model.parameters * FLOAT32_BYTES
    return ReportDocument(
        model=manifest.model.name,
        task=manifest.model.task,
        parameters=manifest.model.parameters,
        rows_verified=min(result.rows for result in results),
        device=device,
        artifacts=[
            ReportRow(
                id=result.artifact.id,
                format=result.artifact.format,
                recipe=result.artifact.recipe,
                sequence_length=result.artifact.sequence_lengths[-1],
                bytes=result.artifact.bytes,
                size_ratio=result.artifact.bytes / fp32_bytes,
                runtime=result.runtime,
                parity=result.artifact.parity,
                gates=list(result.gates),
                problems=list(result.problems),
                passed=result.passed,
                benchmark=result.benchmark,
            )
            for result in results
        ],
        toolchain=manifest.toolchain,
        checkpoint=checkpoint,
    )


def write_report(directory: Path, document: ReportDocument) -> None:
    """Write report.json and report.html to the bundle in `directory`."""
    from edge.report.page import render

    (directory / "report.json").write_text(document.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (directory / "report.html").write_text(render(document), encoding="utf-8")
