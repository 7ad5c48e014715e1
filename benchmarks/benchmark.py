"""The whole benchmark: build, time, and collect everything in one document."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.aarch64_rows import read_instructions
from benchmarks.build_cost import measure_build
from benchmarks.building import BuildResult, build_contestants, hash_files, package_versions
from benchmarks.contestant import Contestant
from benchmarks.document import (
    FILE,
    BenchmarkDocument,
    ContestantRecord,
    RoundsRecord,
    SettingRecord,
    read_document,
)
from benchmarks.machine import describe_machine
from benchmarks.rounds import RoundsRule
from benchmarks.timing import Comparison, time_setting
from edge.checksums import size
from edge.child_process import Job, Stage, run_jobs
from edge.errors import InputError

BUILD_LENGTH = 128


@dataclass(frozen=True)
class Options:
    """What to measure.

    Attributes
    ----------
    checkpoint
        None makes SqueezeBERT-base with random weights in the work folder.
    with_build
        Whether to measure what a build costs, too.
    """

    contestants: tuple[Contestant, ...]
    checkpoint: Path | None
    lengths: tuple[int, ...]
    threads: tuple[int, ...]
    rule: RoundsRule
    with_build: bool


def run_benchmark(options: Options, work: Path, stage: Stage) -> BenchmarkDocument:
    """Build what is missing in `work`, time it, and write benchmark.json there.

    Lengths of an earlier run that this one does not measure stay in it.

    Raises
    ------
    EdgeError
        If the checkpoint cannot be used. A contestant that fails is a row of the result.
    """
    # A damaged file is no reason to lose a run at its end.
    read_instructions(work, ())
    earlier = earlier_document(work)
    checkpoint = options.checkpoint or _random_checkpoint(work, stage)
    built: dict[int, list[BuildResult]] = {}
    references: dict[int, tuple[Path, str]] = {}
    for length in options.lengths:
        references[length] = _reference(checkpoint, length, work, stage)
        built[length] = build_contestants(options.contestants, checkpoint, length, work / "built", stage)
    build = None
    if options.with_build:
        with stage(f"measure a build at {BUILD_LENGTH} tokens"):
            build = measure_build(checkpoint, BUILD_LENGTH)
    settings: list[SettingRecord] = []
    records: list[ContestantRecord] = []
    for length in options.lengths:
        golden, task = references[length]
        compare = Comparison(golden, length, task, work / "built")
        for threads in options.threads:
            settings.append(time_setting(built[length], length, threads, golden, options.rule, stage, compare))
        records += [_record(result, compare.parity.get(result.contestant.name), work) for result in built[length]]
    document = BenchmarkDocument(
        machine=describe_machine(),
        packages=package_versions(),
        checkpoint="SqueezeBERT-base, random weights" if options.checkpoint is None else options.checkpoint.name,
        rounds=RoundsRecord(**asdict(options.rule)),
        contestants=records,
        settings=settings,
        build=build,
        instructions=[],
    )
    if earlier is not None:
        document = document.joined(earlier)
    document = document.model_copy(update={"instructions": read_instructions(work, document.contestants)})
    write_whole(work / FILE, document.model_dump_json(indent=1) + "\n")
    return document


def earlier_document(work: Path) -> BenchmarkDocument | None:
    """Return what an earlier run left in `work`; what is damaged or of another version will be replaced."""
    try:
        return read_document(work)
    except InputError:
        return None


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there complete or not at all."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _random_checkpoint(work: Path, stage: Stage) -> Path:
    folder = work / "squeezebert-base"
    if not folder.is_dir():
        arguments = {"folder": str(folder.resolve())}
        run_jobs(
            [Job("make SqueezeBERT-base with random weights", "benchmarks.random_checkpoint", arguments)], stage, 1
        )
    return folder


def _reference(checkpoint: Path, length: int, work: Path, stage: Stage) -> tuple[Path, str]:
    """Return the folder of the golden vectors, computed if they are not there, and the checkpoint's task."""
    key = hash_files(sorted(path for path in checkpoint.iterdir() if path.is_file()))
    folder = work / f"reference-{length}"
    record = folder / "reference.json"
    if record.is_file():
        known = json.loads(record.read_text(encoding="utf-8"))
        if known["key"] == key:
            return folder, str(known["task"])
    arguments = {"checkpoint": str(checkpoint.resolve()), "sequence_length": length, "directory": str(folder.resolve())}
    job = Job(f"compute the fp32 reference at {length} tokens", "benchmarks.reference", arguments)
    (answer,) = run_jobs([job], stage, 1)
    write_whole(record, json.dumps({"key": key, "task": answer["task"]}) + "\n")
    return folder, str(answer["task"])


def _record(result: BuildResult, parity: dict[str, float] | None, work: Path) -> ContestantRecord:
    built = result.built
    has_file = built is not None and built.file.is_file()
    return ContestantRecord(
        name=result.contestant.name,
        sequence_length=result.sequence_length,
        error=result.error,
        file=os.path.relpath(built.file, work.resolve()) if built is not None and has_file else None,
        bytes=size(built.file) if built is not None and has_file else None,
        parity=parity,
        operators=built.operators if built is not None else {},
    )


def document_lengths(document: BenchmarkDocument) -> Sequence[int]:
    """Return the lengths that were measured, ascending."""
    return sorted({setting.sequence_length for setting in document.settings})
