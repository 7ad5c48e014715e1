"""The project's own artifacts, through its public build."""

from pathlib import Path

import edge
from benchmarks.built import Built, TensorShape, operators_of
from benchmarks.routes.request import Request
from edge.artifact import TensorSpec


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Build one bundle that holds the recipe of all contestants in the format of each.

    Raises
    ------
    GateError
        If an artifact does not compute what the checkpoint computes.
    """
    bundle = edge.build(
        request.checkpoint,
        directory / "bundle",
        formats=[contestant.format for contestant in request.contestants],
        recipes=[request.contestants[0].recipe],
        sequence_lengths=[request.sequence_length],
    )
    artifacts = {(artifact.format, artifact.recipe): artifact for artifact in bundle.manifest.artifacts}
    built = {}
    for contestant in request.contestants:
        artifact = artifacts[contestant.format, contestant.recipe]
        path = bundle.path(artifact)
        built[contestant.name] = Built(
            loader=contestant.format,
            file=path,
            inputs=_shapes(artifact.inputs),
            outputs=_shapes(artifact.outputs),
            parity=artifact.parity,
            operators=operators_of(path),
        )
    return built


def _shapes(specs: list[TensorSpec]) -> tuple[TensorShape, ...]:
    return tuple(TensorShape(spec.name, spec.dtype, tuple(spec.shape)) for spec in specs)
