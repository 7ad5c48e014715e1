"""The build: from a checkpoint to a verified bundle."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from converters import find_format
from edge.artifact import Artifact
from edge.build_options import (
    calibrated_recipes,
    check_packages,
    choose_lengths,
    choose_recipes,
    with_calibrated_recipe,
)
from edge.bundle import Bundle, artifact_info, check_target, file_info, new_bundle, open_bundle, write_manifest
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.child_process import Job, Stage, run_jobs, silent_stage
from edge.devices.host import default_threads
from edge.devices.measurement import MeasurementRule
from edge.errors import GateError
from edge.evaluation.labels import check_labels
from edge.manifest import SCHEMA_VERSION, ArtifactInfo, Manifest, ModelInfo, SamplesInfo, TokenizerInfo
from edge.report import make_document, write_report
from edge.samples import Sample, bundled_samples, read_samples, split_samples
from edge.target import find_target, load_targets, rank_artifacts
from edge.tokenizer import Tokenizer
from edge.verify import failures, verify_artifacts
from edge.vocabulary.request import pruned_checkpoint, read_request

# A build's table wants a latency soon; `bench` measures longer.
BUILD_RULE = MeasurementRule(minimum_seconds=1.0)


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
    max_drop: float | None = None,
    prune_vocabulary: str | Path | None = None,
    keep: int | None = None,
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
        File with texts like those the model will meet (`edge.samples.READERS`); None takes the bundled sample. 64
        of its rows verify, up to 256 others choose the ranges of int8-static.
    max_drop
        Points that int8-static may lie below fp32 on the task's metric, measured on the labelled rows of `calibration`
        that chose no range (without labels: on the share of equal answers). As few layers as that takes stay float.
    prune_vocabulary
        File with texts like those the model will meet. The word embeddings keep the rows of `keep` tokens only, chosen
        by them, and the pruned checkpoint is what artifacts are verified against.
    keep
        Tokens that stay, special tokens included; given together with `prune_vocabulary`.
    force
        Whether a bundle at `out` may be replaced.
    stage
        Opened at the begin of each stage with its title and closed at its end.

    Raises
    ------
    InputError
        If an argument or the checkpoint cannot be used.
    GateError
        If an artifact is not close enough to the checkpoint, or no mixed precision keeps `max_drop`; nothing is
        written then.
    ConversionError
        If a converter fails.
    """
    plan = choose_recipes(formats, with_calibrated_recipe(recipes, max_drop), targets)
    check_packages(plan)
    target_folder = Path(out).expanduser()
    check_target(target_folder, force)
    samples = bundled_samples() if calibration is None else read_samples(Path(calibration))
    split = split_samples(samples)
    pruning_request = read_request(prune_vocabulary, keep)
    with stage("read checkpoint"):
        checkpoint = load_checkpoint(model, task)
        lengths = choose_lengths(sequence_lengths, checkpoint)
        if checkpoint.task.labelled and len(checkpoint.labels) > 1:
            check_labels(samples, checkpoint.labels)
    with (
        pruned_checkpoint(checkpoint, pruning_request, stage) as (checkpoint, pruning),
        tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as temporary,
        new_bundle(target_folder, force) as draft,
    ):
        tokenizer = Tokenizer(checkpoint.directory)
        static_plans = {name: Path(temporary) / f"{name}.json" for name in calibrated_recipes(plan)}
        for folder in ("tokenizer", "golden", *(["quantization"] if static_plans else []), *plan):
            (draft / folder).mkdir()
        tokenizer.save(draft / "tokenizer")
        workers = os.cpu_count() or 1
        run_jobs(
            _calibration_jobs(checkpoint, static_plans, calibration, max(lengths), max_drop, draft), stage, workers
        )
        # All at once, the reference first: if the rewritten encoder is wrong, no conversion needs to end.
        jobs = [
            *_golden_jobs(checkpoint, split.verification, lengths, draft),
            *_conversion_jobs(checkpoint, plan, static_plans, lengths, draft),
        ]
        answers = run_jobs(jobs, stage, workers)
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
            vocabulary_pruning=pruning,
            max_length=max(lengths),
            artifacts=artifacts,
            golden=[file_info(draft, path) for path in sorted((draft / "golden").iterdir())],
            tokenizer_files=[file_info(draft, path) for path in sorted((draft / "tokenizer").iterdir())],
            quantization=[file_info(draft, path) for path in sorted(draft.glob("quantization/*"))],
            targets=_choose_targets(targets, artifacts),
            toolchain=_toolchain(plan),
            samples=SamplesInfo(
                seed=split.seed,
                calibration_rows=len(split.calibration),
                verification_rows=len(split.verification),
                source_sha256=split.source_sha256,
            ),
        )
        write_manifest(draft, manifest)
        with stage("write report"):
            write_report(draft, make_document(manifest, results, _checkpoint_place(model)))
    return open_bundle(target_folder)


def _checkpoint_place(model: str | Path) -> str:
    """Return what `load_checkpoint` takes to read the checkpoint again, from any folder: a path, or the Hub id."""
    path = Path(model).expanduser()
    return os.path.abspath(path) if path.is_dir() else str(model)


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


def _calibration_jobs(
    checkpoint: Checkpoint,
    static_plans: dict[str, Path],
    calibration: str | Path | None,
    length: int,
    max_drop: float | None,
    draft: Path,
) -> list[Job]:
    """Choose the ranges of each calibrated recipe once, for all formats and lengths."""
    return [
        Job(
            title=f"calibrate {recipe}" + ("" if max_drop is None else " and search its mixed precision"),
            module="edge.calibration_worker",
            arguments={
                "checkpoint": str(checkpoint.root.resolve()),
                "task": checkpoint.task.name,
                "recipe": recipe,
                "calibration": None if calibration is None else str(Path(calibration).resolve()),
                "sequence_length": length,
                "max_drop": max_drop,
                "plan": str(path),
                "table": str((draft / "quantization" / f"{recipe}.json").resolve()),
            },
        )
        for recipe, path in static_plans.items()
    ]


def _conversion_jobs(
    checkpoint: Checkpoint,
    plan: dict[str, tuple[str, ...]],
    static_plans: dict[str, Path],
    lengths: Sequence[int],
    draft: Path,
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
                "plans": {name: str(static_plans[name]) for name in recipes if name in static_plans},
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
