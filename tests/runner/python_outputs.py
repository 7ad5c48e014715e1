"""What the Python runtime computes for a bundle's golden examples."""

from pathlib import Path

import numpy as np

from edge.bundle import open_bundle
from edge.golden import Outputs, load_golden, select_positions
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime


def python_outputs(bundle: Path, artifact_id: str, threads: int) -> list[Outputs]:
    """Run an artifact of one length by ExecuTorch's Python bindings."""
    artifact = open_bundle(bundle).artifact(artifact_id)
    (length,) = artifact.sequence_lengths
    golden = load_golden(bundle / "golden", length)
    path, minimum = bundle / artifact.file, artifact.minimum_runtime
    runtime = load_runtime(artifact.format, path, artifact.inputs, artifact.outputs, threads, minimum, {})
    names = [spec.name for spec in artifact.inputs]
    return [
        select_positions(
            runtime.run(pad_inputs(example.input_ids, example.token_type_ids, names, length, golden.pad_id)),
            example.positions,
        )
        for example in golden.examples
    ]


def flat(outputs: list[Outputs]) -> np.ndarray:
    """Return outputs as one float32 vector, in the order of ``golden/<length>.f32``."""
    return np.concatenate([value.reshape(-1) for row in outputs for _, value in sorted(row.items())])
