"""``squeezebert-edge build``."""

from pathlib import Path
from typing import Annotated

import typer

from edge.cli.build_file import read_build_file
from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress


def build(
    model: Annotated[str, typer.Argument(help="Folder or Hub id of a trained SqueezeBERT or BERT checkpoint.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the bundle to.")],
    task: Annotated[str | None, typer.Option(help="See 'list tasks'; the default comes from the checkpoint.")] = None,
    formats: Annotated[
        str | None, typer.Option(help="See 'list formats'; several with commas. The default is all.")
    ] = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option(help="See 'list recipes'; may be repeated. The default is int8, or what a target likes best."),
    ] = None,
    sequence_length: Annotated[
        list[int] | None,
        typer.Option(help="Length in tokens; may be repeated. The default is 128, or the targets' lengths."),
    ] = None,
    backend: Annotated[
        list[str] | None,
        typer.Option(
            help="What a format is written for, see 'list formats'; may be repeated. Targets choose, or the first."
        ),
    ] = None,
    deployment_target: Annotated[
        str | None,
        typer.Option(
            metavar="iOS16|iOS17|iOS18", help="Oldest system for Core ML; the default is iOS17, or what a recipe needs."
        ),
    ] = None,
    multifunction: Annotated[
        bool, typer.Option("--multifunction", help="All lengths in one Core ML package that share weights (iOS18).")
    ] = False,
    metadata: Annotated[
        str | None,
        typer.Option(metavar="mediapipe|none", help="Whom .tflite files describe themselves to: vocabulary, labels."),
    ] = None,
    input_dtype: Annotated[
        str | None,
        typer.Option(metavar="int32|int64", help="Type of the token ids that .pte files take; the default is int32."),
    ] = None,
    coreml_classifier: Annotated[
        bool, typer.Option("--coreml-classifier", help="Core ML packages answer with a label too.")
    ] = False,
    target: Annotated[
        list[str] | None, typer.Option(help="Device to build for, see 'list targets'; may be repeated.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="Texts like those the model will meet (.txt, .jsonl, .csv, .conll, ...).")
    ] = None,
    max_drop: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            help="Keep as few layers of int8-static float as the task's metric needs to lose at most this many points.",
        ),
    ] = None,
    prune_vocabulary: Annotated[
        Path | None,
        typer.Option(
            metavar="CORPUS",
            help="Keep only the embedding rows of the --keep tokens that these texts need most; off by default.",
        ),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Tokens that --prune-vocabulary leaves, special tokens included.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="TOML file with these options; the command line overrides it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the bundle that is there.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Convert anew what an earlier build has kept, and keep nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print report.json instead of a table.")] = False,
) -> None:
    """Convert, quantize and verify a checkpoint, and write the bundle if every gate passes."""
    from edge.errors import InputError
    from edge.pipeline import build as build_bundle
    from edge.precision_search import search_lines
    from edge.report.document import ReportDocument
    from edge.report.table import result_table
    from edge.sensitivity import read_sensitivity
    from edge.vocabulary.summary import pruning_line

    names = None if formats is None else [name.strip() for name in formats.split(",") if name.strip()]
    if names == []:
        raise InputError("--formats names no format; leave it out to build all")
    options = read_build_file(config) if config is not None else {}
    given = {
        "task": task,
        "formats": names,
        "recipes": recipe,
        "sequence_lengths": sequence_length,
        "backends": backend,
        "deployment_target": deployment_target,
        "multifunction": multifunction or None,
        "metadata": metadata,
        "input_dtype": input_dtype,
        "coreml_classifier": coreml_classifier or None,
        "targets": target,
        "calibration": calibration,
        "max_drop": max_drop,
        "prune_vocabulary": prune_vocabulary,
        "keep": keep,
    }
    options.update({name: value for name, value in given.items() if value not in (None, [])})
    with show_progress() as stage:
        bundle = build_bundle(model, out, force=force, cache=not no_cache, stage=stage, **options)
    if bundle.manifest.vocabulary_pruning is not None:
        print_note(pruning_line(bundle.manifest.vocabulary_pruning))
    for file in bundle.manifest.quantization:
        if (search := read_sensitivity(bundle.directory / file.file).search) is not None:
            for line in search_lines(search):
                print_note(line)
    document = ReportDocument.model_validate_json((bundle.directory / "report.json").read_text(encoding="utf-8"))
    if json:
        print_json(document.model_dump(mode="json"))
    else:
        print_table(result_table(document))
        print_note(f"wrote {bundle.directory}; open {bundle.directory / 'report.html'} for charts")
