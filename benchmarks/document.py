"""benchmark.json, typed: everything that was measured, so that the page can be written again from it."""

from pathlib import Path

from pydantic import ValidationError

from benchmarks.machine import Machine
from edge.artifact import Strict
from edge.errors import InputError

FILE = "benchmark.json"


class ContestantRecord(Strict):
    """A contestant at one length.

    Attributes
    ----------
    error
        The line that says why it was not built; the other fields are None or empty then.
    bytes
        Of the file; None where there is none.
    operators
        By name: all, and those outside of accelerated backends.
    """

    name: str
    sequence_length: int
    error: str | None
    file: str | None
    bytes: int | None
    parity: dict[str, float] | None
    operators: dict[str, tuple[int, int]]


class LoadRecord(Strict):
    """What loading took in a fresh process; fields as of `benchmarks.worker.load`."""

    load_ms: float
    first_ms: float
    peak_bytes: int
    mapped_bytes: int
    mapped_resident_bytes: int


class SettingRecord(Strict):
    """One length and number of threads.

    Attributes
    ----------
    control_of
        Contestant that took part twice, the second time as ``control``.
    load_average
        Of the last minute, before the first process started.
    bursts
        Milliseconds of each inference, by contestant, round and inference.
    failures
        Why a contestant that was built did not run, by its name.
    """

    sequence_length: int
    threads: int
    control_of: str | None
    load_average: float
    bursts: dict[str, list[list[float]]]
    loads: dict[str, LoadRecord]
    failures: dict[str, str]


class BuildRecord(Strict):
    """What ``squeezebert-edge build`` took.

    Attributes
    ----------
    peak_bytes
        Largest sum of resident memory over its processes; pages that they share count in each.
    error
        The line that it ended with; None if it succeeded.
    """

    command: str
    seconds: float
    peak_bytes: int
    error: str | None


class InstructionRow(Strict):
    """Instructions of one inference of a contestant on aarch64, single-threaded."""

    name: str
    sequence_length: int
    instructions: int


class RoundsRecord(Strict):
    """The rule of `benchmarks.rounds`."""

    rounds: int
    burst_seconds: float
    burst_inferences: int
    pause_seconds: float
    seed: int


class BenchmarkDocument(Strict):
    """benchmark.json."""

    machine: Machine
    packages: dict[str, str]
    checkpoint: str
    rounds: RoundsRecord
    contestants: list[ContestantRecord]
    settings: list[SettingRecord]
    build: BuildRecord | None
    instructions: list[InstructionRow]

    def contestant(self, name: str, sequence_length: int) -> ContestantRecord | None:
        """Return the record of a contestant at one length, if it took part."""
        for record in self.contestants:
            if (record.name, record.sequence_length) == (name, sequence_length):
                return record
        return None

    def setting(self, sequence_length: int, threads: int) -> SettingRecord | None:
        """Return the record of one setting, if it was measured."""
        for record in self.settings:
            if (record.sequence_length, record.threads) == (sequence_length, threads):
                return record
        return None

    def joined(self, earlier: "BenchmarkDocument") -> "BenchmarkDocument":
        """Return this document with the lengths that only `earlier` has, if both are of one machine and method."""
        same = ("machine", "packages", "checkpoint", "rounds")
        if any(getattr(self, field) != getattr(earlier, field) for field in same):
            return self
        measured = {record.sequence_length for record in self.settings}
        contestants = [record for record in earlier.contestants if record.sequence_length not in measured]
        settings = [record for record in earlier.settings if record.sequence_length not in measured]
        return self.model_copy(
            update={
                "contestants": sorted([*contestants, *self.contestants], key=lambda record: record.sequence_length),
                "settings": sorted(
                    [*settings, *self.settings], key=lambda record: (record.sequence_length, record.threads)
                ),
                "build": self.build or earlier.build,
            }
        )


def read_document(work: Path) -> BenchmarkDocument:
    """Read benchmark.json in `work`.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    path = work / FILE
    try:
        return BenchmarkDocument.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run the benchmark without --page-only first") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: damaged or of another version; run the benchmark again") from error
