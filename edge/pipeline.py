"""The build: from a checkpoint to a verified bundle."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from converters import Backend, FileOptions
from converters.coreml_classifier import check_classes
from converters.mediapipe import writes_metadata
from edge.artifact import Artifact
from edge.build_cache import BuildCache
from edge.build_options import (
    calibrated_recipes,
    check_file_options,
    check_packages,
    choose_lengths,
    choose_recipes,
    packages_of,
    with_calibrated_recipe,
)
from edge.bundle import Bundle, artifact_info, check_target, file_info, new_bundle, open_bundle, write_manifest
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.checkpoint.model_object import checkpoint_source
from edge.child_process import Stage, run_jobs, silent_stage
from edge.content_cache import default_folder
from edge.conversions import (
    Calibration,
    Reference,
    calibration_jobs,
    conversion_jobs,
    plan_conversions,
    reference_jobs,
)
from edge.devices import Work
from edge.devices.cores import usable_cores
from edge.devices.host import HostDevice, default_threads, describe
from edge.devices.work import MeasurementRule
from edge.errors import GateError, InputError
from edge.evaluation.labels import check_labels
from edge.manifest import SCHEMA_VERSION, ArtifactInfo, Manifest, ModelInfo, SamplesInfo, TokenizerInfo
from edge.report import make_document, write_report
from edge.samples import bundled_samples, read_samples, split_samples
from edge.target import find_target, load_targets, rank_artifacts
from edge.tokenizer import Tokenizer
from edge.verify import failures, verify_artifacts
from edge.vocabulary.request import pruned_checkpoint, read_request

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from edge.checkpoint.model_object import ModelObject

# A build's table wants a latency soon; `bench` measures longer.
BUILD_RULE = MeasurementRule(warm_up_seconds=1.0, minimum_runs=50, minimum_seconds=1.0)


def build(
    model: "str | Path | ModelObject",
    out: str | Path,
    *,
    tokenizer: "PreTrainedTokenizerBase | None" = None,
    task: str | None = None,
    formats: Sequence[str] | None = None,
    recipes: Sequence[str] | None = None,
    sequence_lengths: Sequence[int] | None = None,
    backends: Sequence[str] | None = None,
    deployment_target: str | None = None,
    multifunction: bool = False,
    metadata: str | None = None,
    input_dtype: str = "int32",
    coreml_classifier: bool = False,
    targets: Sequence[str] = (),
    calibration: str | Path | None = None,
    max_drop: float | None = None,
    prune_vocabulary: str | Path | None = None,
    keep: int | None = None,
    force: bool = False,
    cache: bool = True,
    stage: Stage = silent_stage,
) -> Bundle:
    """Build, verify and write a bundle.

    Parameters
    ----------
    model
        Folder or Hub id of a trained SqueezeBERT or BERT checkpoint. Or a model in memory: transformers' with its
        `tokenizer`, a transformers pipeline, or a SentenceTransformer (`edge.checkpoint.model_object`).
    out
        Folder to write; it appears only when every gate has passed.
    tokenizer
        transformers' tokenizer of a transformers model; everything else that is built has its own.
    task
        A name in `edge.tasks.TASKS`; None takes it from the checkpoint.
    formats
        Names in `converters.FORMATS`; None builds all.
    recipes
        Names of `quantize` recipes; each is built for every chosen format that offers it. None builds what `targets`
        like best, or int8.
    sequence_lengths
        One artifact is built for each, in tokens; None builds those of `targets`, or 128.
    backends
        Names of backends of the formats (`converters.FORMATS`); None builds for those that `targets` like best, or each
        format's default.
    deployment_target
        Oldest of Apple's systems that Core ML programs are written for (`converters.deployment_target`); None takes the
        oldest that the recipes allow, and no older than iOS17.
    multifunction
        Whether a Core ML package holds all lengths, which share their weights, and not one.
    metadata
        Whom .tflite files describe themselves to (`converters.file_options.METADATA`); None takes ``mediapipe`` where
        it costs nothing.
    input_dtype
        ``int32``, or ``int64`` for clients of .pte files that know nothing else.
    coreml_classifier
        Whether Core ML packages of text-classification answer with a label and all probabilities beside the logits.
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
    cache
        Whether conversions and calibrations that an earlier build has kept in the user's cache are copied from there
        (`edge.content_cache`), and new ones kept. What is copied is verified like anything else.
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
    plan = choose_recipes(formats, with_calibrated_recipe(recipes, max_drop), targets, backends)
    options = FileOptions(deployment_target, metadata, input_dtype, coreml_classifier)
    check_file_options(plan, options, multifunction)
    if multifunction and len(set(sequence_lengths or ())) < 2:
        raise InputError("--multifunction puts several lengths into one package; give --sequence-length more than once")
    check_packages(plan)
    target_folder = Path(out).expanduser()
    check_target(target_folder, force)
    samples = bundled_samples() if calibration is None else read_samples(Path(calibration))
    split = split_samples(samples)
    pruning_request = read_request(prune_vocabulary, keep)
    with checkpoint_source(model, tokenizer) as source:
        with stage("read checkpoint"):
            checkpoint = load_checkpoint(source, task)
            lengths = choose_lengths(sequence_lengths, checkpoint, targets)
            if options.metadata is not None:
                # Refused here rather than after other formats' conversions.
                writes_metadata(options.metadata, checkpoint)
            if options.classifier:
                check_classes(checkpoint)
            if checkpoint.task.labelled and len(checkpoint.labels) > 1:
                check_labels(samples, checkpoint.labels)
        with (
            pruned_checkpoint(checkpoint, pruning_request, stage) as (checkpoint, pruning),
            tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as temporary,
            new_bundle(target_folder, force) as draft,
        ):
            own_tokenizer = Tokenizer(checkpoint.directory)
            recipes_with_plan = calibrated_recipes(plan)
            formats_built = dict.fromkeys(backend.format for backend in plan)
            for folder in ("tokenizer", "golden", *(["quantization"] if recipes_with_plan else []), *formats_built):
                (draft / folder).mkdir()
            own_tokenizer.save(draft / "tokenizer")
            static_plans = {name: Path(temporary) / f"{name}.json" for name in recipes_with_plan}
            calibrations = [
                Calibration(
                    recipe=name,
                    texts=None if calibration is None else Path(calibration),
                    sequence_length=max(lengths),
                    max_drop=max_drop,
                    plan=path,
                    table=draft / "quantization" / f"{name}.json",
                )
                for name, path in static_plans.items()
            ]
            texts = tuple((sample.text, sample.text_pair) for sample in split.verification)
            references = [Reference(texts, length, draft / "golden") for length in lengths]
            conversions = plan_conversions(plan, lengths, draft, options, multifunction)
            kept = BuildCache(default_folder() if cache else None, checkpoint, stage)
            workers = usable_cores()
            run_jobs(calibration_jobs(checkpoint, kept.take_calibrations(calibrations)), stage, workers)
            converted = kept.take_conversions(conversions, static_plans)
            # All at once, the reference first: if the rewritten encoder is wrong, no conversion needs to end.
            missing = [entry for entry in conversions if entry.id not in converted]
            jobs = [
                *reference_jobs(checkpoint, kept.take_references(references)),
                *conversion_jobs(checkpoint, missing, static_plans),
            ]
            for answer in run_jobs(jobs, stage, workers):
                for document in answer.get("artifacts", []):
                    artifact = Artifact.model_validate(document)
                    converted[artifact.id] = artifact
            artifacts = [artifact_info(draft, converted[entry.id]) for entry in conversions]
            manifest = Manifest(
                schema_version=SCHEMA_VERSION,
                model=_model_info(checkpoint),
                tokenizer=TokenizerInfo(
                    tokenizer_class="BertTokenizer",
                    directory="tokenizer",
                    vocab_size=len(own_tokenizer.vocabulary),
                    lowercase=own_tokenizer.lowercase,
                    special_tokens=own_tokenizer.special_ids,
                ),
                vocabulary_pruning=pruning,
                max_length=max(lengths),
                artifacts=artifacts,
                golden=[file_info(draft, path) for path in sorted((draft / "golden").iterdir())],
                tokenizer_files=[file_info(draft, path) for path in sorted((draft / "tokenizer").iterdir())],
                quantization=[file_info(draft, path) for path in sorted(draft.glob("quantization/*"))],
                targets={},
                toolchain=_toolchain(plan),
                samples=SamplesInfo(
                    seed=split.seed,
                    calibration_rows=len(split.calibration),
                    verification_rows=len(split.verification),
                    source_sha256=split.source_sha256,
                ),
            )
            # Devices open the draft as the bundle that it becomes.
            write_manifest(draft, manifest)
            work = Work(default_threads(), rule=BUILD_RULE)
            results = verify_artifacts(HostDevice(), draft, artifacts, checkpoint.task, work, stage)
            # Only what is right: an artifact that fails is made again.
            passed = {result.artifact.id for result in results if result.passed}
            right = [entry for entry in missing if entry.id in passed]
            kept.keep(calibrations, references, right, converted, static_plans)
            failed = failures(results)
            if failed:
                raise GateError("; ".join(failed))
            verified = [result.artifact for result in results]
            chosen_targets = _choose_targets(targets, verified)
            threads = {name: find_target(name).threads for name in chosen_targets}
            manifest = manifest.model_copy(
                update={"artifacts": verified, "targets": chosen_targets, "target_threads": threads}
            )
            write_manifest(draft, manifest)
            with stage("write report"):
                write_report(draft, make_document(manifest, results, describe(), _checkpoint_place(model)))
    return open_bundle(target_folder)


def _checkpoint_place(model: "str | Path | ModelObject") -> str | None:
    """Return what `load_checkpoint` takes to read the checkpoint again: a path, the Hub id, None for an object."""
    if not isinstance(model, str | Path):
        return None
    path = Path(model).expanduser()
    return os.path.abspath(path) if path.is_dir() else str(model)


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


def _toolchain(backends: Iterable[Backend]) -> dict[str, str]:
    """Return the versions of this project and of the packages that shaped the artifacts."""
    packages = {"squeezebert-edge", *(package for backend in backends for package in packages_of(backend))}
    return {package: version(package) for package in sorted(packages)}
