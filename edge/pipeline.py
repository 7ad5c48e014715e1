"""The build: from a checkpoint to a verified bundle."""

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import metadata
from pathlib import Path

from converters import find_format
from edge.artifact import Artifact
from edge.build_options import check_packages, choose_lengths, choose_recipes
from edge.bundle import Bundle, artifact_info, check_target, file_info, new_bundle, open_bundle, write_manifest
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.child_process import Job, Stage, run_jobs
from edge.devices.host import default_threads
from edge.devices.measurement import MeasurementRule
from edge.errors import GateError
from edge.manifest import SCHEMA_VERSION, ArtifactInfo, Manifest, ModelInfo, TokenizerInfo
from edge.report import make_document, write_report
from edge.samples import Sample, bundled_samples, read_samples, verification_samples
from edge.target import find_target, load_targets, rank_artifacts
from edge.tokenizer import Tokenizer
from edge.verify import failures, verify_artifacts

# A build's table wants a latency soon; `bench` measures longer.
BUILD_RULE = MeasurementRule(minimum_seconds=1.0)


def silent_stage(title: str) -> AbstractContextManager[None]:
    """Show nothing."""
    return nullcontext()


def build(
    model: str | Path,
    out: str | Path,
    *,
    task: str | None = None,
    formats: Sequence[str] | None = None,
    recipes: Sequence[str] | None = None,
    sequence_lengths: Sequence[int] | None = None,
    targets: Sequence[str] = (),
    calibration: str | Path | None = None,
    force: bool = False,
    stage: Stage = silent_stage,
) -> Bundle:
    """Build, verify and write a bundle.

    Parameters
    ----------
    model
        Folder or Hub id of a trained SqueezeBERT or BERT checkpoint.
    out
        Folder to write; it appears only when every gate has passed.
    task
        A name in `edge.tasks.TASKS`; None takes it from the checkpoint.
    formats
        Names in `converters.FORMATS`; None builds all.
    recipes
        Names of `quantize` recipes; each is built for every chosen format that offers it. None builds int8.
    sequence_lengths
        One artifact is built for each, in tokens; None builds 128.
    targets
        Names of targets that must find an artifact in the bundle.
    calibration
        .txt or .jsonl file with texts like those the model will meet; None takes the bundled sample.
    force
        Whether a bundle at `out` may be replaced.
    stage
        Opened at the begin of each stage with its title and closed at its end.

    Raises
    ------
    InputError
        If an argument or the checkpoint cannot be used.
    GateError
        If an artifact is not close enough to the checkpoint; nothing is written then.
    ConversionError
        If a converter fails.
    """
    plan = choose_recipes(formats, recipes, targets)
    check_packages(plan)
    target_folder = Path(out).expanduser()
    check_target(target_folder, force)
    samples = bundled_samples() if calibration is None else read_samples(Path(calibration))
    samples = verification_samples(samples)
    with stage("read checkpoint"):
        checkpoint = load_checkpoint(model, task)
        lengths = choose_lengths(sequence_lengths, checkpoint)
        tokenizer = Tokenizer(checkpoint.directory)
    with new_bundle(target_folder, force) as draft:
        for folder in ("tokenizer", "golden", *plan):
            (draft / folder).mkdir()
        tokenizer.save(draft / "tokenizer")
        # All at once, the reference first: if the rewritten encoder is wrong, no conversion needs to end.
        jobs = [*_golden_jobs(checkpoint, samples, lengths, draft), *_conversion_jobs(checkpoint, plan, lengths, draft)]
        answers = run_jobs(jobs, stage, workers=os.cpu_count() or 1)
        artifacts = [
            artifact_info(draft, Artifact.model_validate(document))
            for answer in answers
            for document in answer.get("artifacts", [])
        ]
        results = verify_artifacts(draft, artifacts, checkpoint.task, default_threads(), stage, BUILD_RULE)
        failed = failures(results)
        if failed:
            raise GateError("; ".join(failed))
        artifacts = [result.artifact for result in results]
        manifest = Manifest(
            schema_version=SCHEMA_VERSION,
            model=_model_info(checkpoint),
            tokenizer=TokenizerInfo(
                tokenizer_class="BertTokenizer",
                directory="tokenizer",
                vocab_size=len(tokenizer.vocabulary),
                lowercase=tokenizer.lowercase,
                special_tokens=tokenizer.special_ids,
            ),
            max_length=max(lengths),
            artifacts=artifacts,
            golden=[file_info(draft, path) for path in sorted((draft / "golden").iterdir())],
            tokenizer_files=[file_info(draft, path) for path in sorted((draft / "tokenizer").iterdir())],
            targets=_choose_targets(targets, artifacts),
            toolchain=_toolchain(plan),
        )
        write_manifest(draft, manifest)
        with stage("write report"):
            write_report(draft, make_document(manifest, results))
    return open_bundle(target_folder)


def _golden_jobs(checkpoint: Checkpoint, samples: Sequence[Sample], lengths: Sequence[int], draft: Path) -> list[Job]:
    """Compute the fp32 reference of every length, and check the rewritten encoder against it."""
    return [
        Job(
            title=f"compute fp32 reference at {length} tokens",
            module="edge.reference_worker",
            arguments={
                "checkpoint": str(checkpoint.root.resolve()),
                "task": checkpoint.task.name,
                "samples": [[sample.text, sample.text_pair] for sample in samples],
                "sequence_length": length,
                "directory": str((draft / "golden").resolve()),
            },
        )
        for length in lengths
    ]


def _conversion_jobs(
    checkpoint: Checkpoint, plan: dict[str, tuple[str, ...]], lengths: Sequence[int], draft: Path
) -> list[Job]:
    """Convert to every format and length, straight into the bundle."""
    return [
        Job(
            title=f"convert to {format_name} ({', '.join(recipes)}) at {length} tokens",
            module="converters.worker",
            arguments={
                "checkpoint": str(checkpoint.root.resolve()),
                "task": checkpoint.task.name,
                "format": format_name,
                "recipes": list(recipes),
                "sequence_length": length,
                "directory": str((draft / format_name).resolve()),
            },
        )
        for format_name, recipes in plan.items()
        for length in lengths
    ]


def _model_info(checkpoint: Checkpoint) -> ModelInfo:
    config = checkpoint.config
    return ModelInfo(
        name=checkpoint.name,
        task=checkpoint.task.name,
        labels=list(checkpoint.labels),
        hidden_size=config.hidden_size,
        layers=config.num_hidden_layers,
        groups={
            "q": config.q_groups,
            "k": config.k_groups,
            "v": config.v_groups,
            "post_attention": config.post_attention_groups,
            "intermediate": config.intermediate_groups,
            "output": config.output_groups,
        },
        parameters=sum(tensor.numel() for tensor in checkpoint.weights.values()),
        source_sha256=checkpoint.source_sha256,
    )


def _choose_targets(names: Sequence[str], artifacts: Sequence[ArtifactInfo]) -> dict[str, str]:
    """Return the best artifact for each target; without `names`, for all targets that find one."""
    chosen = {}
    for name in names or load_targets():
        ranked = rank_artifacts(find_target(name), artifacts)
        if ranked:
            chosen[name] = ranked[0].id
    return chosen


def _toolchain(formats: Iterable[str]) -> dict[str, str]:
    """Return the versions of this project and of the packages that shaped the artifacts."""
    packages = {"squeezebert-edge", *(package for name in formats for package in find_format(name).packages)}
    return {package: metadata.version(package) for package in sorted(packages)}
