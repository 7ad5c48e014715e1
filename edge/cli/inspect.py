"""``squeezebert-edge inspect``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table
from edge.cli.progress import show_progress

if TYPE_CHECKING:
    from edge.bundle import Bundle
    from edge.inspection import Inspection, NeuralEngine
    from edge.manifest import ArtifactInfo
    from edge.profile import Profile


def inspect(
    path: Annotated[
        Path, typer.Argument(metavar="BUNDLE|ARTIFACT", help="Bundle folder, or a .pte, .tflite, .onnx, .mlpackage.")
    ],
    artifact: Annotated[str | None, typer.Option(help="Artifact id: look into this one of the bundle.")] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Run the artifact here: show each operator type's time.")
    ] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of --profile; see 'list targets' for the default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show a bundle's artifacts, or an artifact's operators, delegation and sizes by layer, or where its time goes."""
    from edge.bundle import open_bundle, sensitivity_of
    from edge.cli.inspection_tables import artifact_table, parity_table, summary_table
    from edge.errors import InputError
    from edge.inspection import FORMATS_BY_SUFFIX

    if threads is not None and not profile:
        raise InputError("--threads is for --profile only; add --profile, or leave --threads out")
    if path.is_file() or path.suffix in FORMATS_BY_SUFFIX:
        if artifact is not None:
            raise InputError(f"{path}: --artifact chooses from a bundle, this is no bundle; leave the option out")
        if profile:
            _show_profile(_profiled(path, threads), json)
        else:
            _show(_inspected(path), json)
        return
    bundle = open_bundle(path)
    manifest = bundle.manifest
    if artifact is not None:
        entry = bundle.artifact(artifact)
        if profile:
            _show_profile(_profiled(bundle.path(entry), threads, bundle, entry), json)
        else:
            inspection = _inspected(bundle.path(entry))
            _show(inspection.model_copy(update={"sensitivity": sensitivity_of(bundle, entry)}), json)
    elif profile:
        known = ", ".join(entry.id for entry in manifest.artifacts)
        raise InputError(f"{path}: --profile takes one artifact; add --artifact and one of {known}")
    elif json:
        parts = manifest.model_dump(mode="json")
        print_json({"model": parts["model"], "artifacts": parts["artifacts"]})
    else:
        _print_tables(summary_table(manifest), artifact_table(manifest), parity_table(manifest))


def _inspected(path: Path) -> "Inspection":
    from edge.child_process import Job, run_jobs
    from edge.inspection import Inspection

    job = Job(f"inspecting {path.name}", "edge.inspection.worker", {"path": str(path)})
    with show_progress() as stage:
        (answer,) = run_jobs([job], stage, workers=1)
    return Inspection.model_validate(answer)


def _profiled(
    path: Path, threads: int | None, bundle: "Bundle | None" = None, entry: "ArtifactInfo | None" = None
) -> "Profile":
    """Profile the file at `path`; as an artifact of a bundle, with its first golden example."""
    from edge.child_process import Job, run_jobs
    from edge.devices.host import default_threads
    from edge.profile import Profile

    golden = minimum_runtime = None
    if bundle is not None and entry is not None:
        golden = {
            "golden": str(bundle.directory / "golden"),
            "sequence_length": entry.sequence_lengths[0],
            "names": [spec.name for spec in entry.inputs],
        }
        minimum_runtime = entry.minimum_runtime
    arguments = {
        "path": str(path),
        "threads": threads or default_threads(),
        "golden": golden,
        "minimum_runtime": minimum_runtime,
    }
    with show_progress() as stage:
        job = Job(f"profiling {path.name}", "edge.profile.worker", arguments)
        (answer,) = run_jobs([job], stage, workers=1)
    return Profile.model_validate(answer)


def _show_profile(profile: "Profile", json: bool) -> None:
    from edge.cli.inspection_tables import profile_headline, profile_note, profile_table

    if json:
        print_json(profile.model_dump(mode="json"))
        return
    print(profile_headline(profile), end="\n\n")
    print_table(profile_table(profile))
    print_note(f"note: {profile_note(profile)}")


def _show(inspection: "Inspection", json: bool) -> None:
    from edge.cli.inspection_tables import headline, layer_table, metadata_table, operator_table, sensitivity_table

    if json:
        print_json(inspection.model_dump(mode="json"))
        return
    print(headline(inspection), end="\n\n")
    tables = [operator_table(inspection), layer_table(inspection)]
    if inspection.metadata:
        tables.append(metadata_table(inspection))
    if inspection.sensitivity is not None:
        tables.append(sensitivity_table(inspection.sensitivity))
    _print_tables(*tables)
    if inspection.neural_engine is not None:
        _show_neural_engine(inspection.neural_engine)


def _show_neural_engine(neural_engine: "NeuralEngine") -> None:
    from edge.cli.neural_engine_tables import finding_table, rule_table, share_table

    print()
    tables = [share_table(neural_engine)]
    if neural_engine.findings:
        tables += [finding_table(neural_engine), rule_table(neural_engine)]
    _print_tables(*tables)
    print(f"\n{neural_engine.note}")


def _print_tables(*tables: Table) -> None:
    for index, table in enumerate(tables):
        if index > 0:
            print()
        print_table(table)
