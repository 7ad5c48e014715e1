"""Where the fp32 reference comes from: the checkpoint, or the bundle's fp32 artifact."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from edge.bundle import Bundle
from edge.child_process import Stage
from edge.errors import InputError, MissingPackageError
from edge.evaluation.inference import Runner
from edge.manifest import ArtifactInfo
from edge.runtimes import why_unavailable
from edge.tokenizer import Tokenizer

REPORT = "report.json"
FP32 = "fp32"


@dataclass(frozen=True)
class Reference:
    """What computes the reference at each length.

    Attributes
    ----------
    source
        ``checkpoint <path or Hub id>`` or ``artifact <ids>``.
    runners
        By length; several lengths may have the same.
    tokenizer
        Of the checkpoint itself: a bundle's may have fewer tokens.
    """

    source: str
    runners: dict[int, Runner]
    tokenizer: Tokenizer


def artifact_runner(bundle: Bundle, artifact: ArtifactInfo, pad_id: int) -> Runner:
    """Return what runs `artifact`."""
    return Runner(
        title=f"run {artifact.id}",
        module="edge.evaluation.artifact_worker",
        arguments={
            "format": artifact.format,
            "path": str(bundle.path(artifact).resolve()),
            "inputs": [spec.model_dump() for spec in artifact.inputs],
            "outputs": [spec.model_dump() for spec in artifact.outputs],
            "sequence_length": artifact.sequence_lengths[0],
            "pad_id": pad_id,
            "minimum_runtime": artifact.minimum_runtime,
            "options": artifact.runtime_options,
        },
    )


def choose_reference(
    bundle: Bundle, tokenizer: Tokenizer, lengths: Sequence[int], checkpoint: str | None, stage: Stage
) -> Reference:
    """Return the reference: `checkpoint`, or the one that report.json names, or the bundle's fp32 artifacts.

    Parameters
    ----------
    tokenizer
        The bundle's.
    checkpoint
        Folder or Hub id that the user gave.

    Raises
    ------
    InputError
        If `checkpoint` is not what the bundle was built from, or without it nothing else is there.
    """
    if checkpoint is not None:
        return _checkpoint_reference(bundle, checkpoint, lengths, stage)
    recorded = _recorded_checkpoint(bundle)
    reason = f"{REPORT} names no checkpoint; a model that was built from memory has to be saved first"
    if recorded is not None:
        try:
            return _checkpoint_reference(bundle, recorded, lengths, stage)
        except InputError as error:
            reason = str(error)
    artifacts = {length: _fp32_artifact(bundle, length) for length in lengths}
    found = {length: artifact for length, artifact in artifacts.items() if artifact is not None}
    if len(found) < len(artifacts):
        raise InputError(f"{bundle.directory}: no fp32 reference ({reason}); pass its checkpoint with --checkpoint")
    pad = tokenizer.special_ids["pad"]
    names = ", ".join(dict.fromkeys(artifact.id for artifact in found.values()))
    runners = {length: artifact_runner(bundle, artifact, pad) for length, artifact in found.items()}
    return Reference(f"artifact {names}", runners, tokenizer)


def _recorded_checkpoint(bundle: Bundle) -> str | None:
    """Return what `build` was given, as far as report.json, which a bundle works without, says so."""
    try:
        document = json.loads((bundle.directory / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    recorded = document.get("checkpoint") if isinstance(document, dict) else None
    return recorded if isinstance(recorded, str) else None


def _checkpoint_reference(bundle: Bundle, source: str, lengths: Sequence[int], stage: Stage) -> Reference:
    absent = [package for package in ("torch", "transformers", "safetensors") if find_spec(package) is None]
    if absent:
        raise MissingPackageError(
            f"the checkpoint's reference needs {', '.join(absent)}: pip install 'squeezebert-edge[build]'"
        )
    from edge.checkpoint import load_checkpoint

    model = bundle.manifest.model
    if bundle.manifest.vocabulary_pruning is not None and model.task == "fill-mask":
        raise InputError(f"{source}: fill-mask with another vocabulary than the bundle's cannot be compared")
    with stage(f"read checkpoint {source}"):
        checkpoint = load_checkpoint(source, model.task)
    if checkpoint.source_sha256 != model.source_sha256:
        raise InputError(f"{source}: not the checkpoint that {bundle.directory} was built from; pass that one")
    runner = Runner(
        title="run checkpoint in fp32",
        module="edge.evaluation.checkpoint_worker",
        arguments={"checkpoint": str(checkpoint.root.resolve()), "task": model.task},
    )
    return Reference(f"checkpoint {source}", dict.fromkeys(lengths, runner), Tokenizer(checkpoint.directory))


def _fp32_artifact(bundle: Bundle, length: int) -> ArtifactInfo | None:
    """Return an fp32 artifact that runs here and takes `length` tokens, the shortest such."""
    fitting = [
        artifact
        for whole in bundle.manifest.artifacts
        for artifact in whole.by_length()
        if artifact.recipe == FP32
        and artifact.sequence_lengths[0] >= length
        and why_unavailable(artifact.format, artifact.minimum_runtime) is None
    ]
    # Of several, Core ML last: off macOS it takes many times as long.
    return min(fitting, key=lambda a: (a.format == "coreml", a.sequence_lengths[0]), default=None)
