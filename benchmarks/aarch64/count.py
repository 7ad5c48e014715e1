"""Instructions per inference of one artifact, and what they are."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.aarch64.blocks import Block, total_instructions
from benchmarks.aarch64.emulation import Emulated, emulate, read_outputs
from benchmarks.aarch64.instruction_classes import instruction_class
from benchmarks.aarch64.laboratory import Laboratory
from benchmarks.aarch64.mappings import locate
from edge.child_process import Job, Stage, run_jobs
from edge.errors import ConversionError, InputError
from edge.parity import SQNR_LIMIT

SUFFIXES = (".tflite", ".pte")

WORKER = "benchmarks.aarch64.host_worker"

# The guest's interpreter: what it executes between two inferences is no part of them.
PYTHON = "python3.11"


@dataclass(frozen=True)
class CountRule:
    """How to count.

    Attributes
    ----------
    cpu
        qemu's name of the processor.
    inferences
        Between the markers; the count is their mean.
    runs
        Processes, each of which counts anew.
    """

    cpu: str
    inferences: int
    runs: int


@dataclass(frozen=True)
class Count:
    """What one artifact executes.

    Attributes
    ----------
    counts
        Instructions per inference of each run, rounded; equal as long as nothing in the guest is random.
    sqnr_against_host_db
        Energy of this host's outputs over energy of the difference, in decibels; `SQNR_LIMIT` where they are equal.
    blocks, mappings
        Of the first run.
    """

    artifact: Path
    rule: CountRule
    counts: tuple[int, ...]
    sqnr_against_host_db: float
    emulated: Emulated

    @property
    def instructions(self) -> int:
        """Instructions per inference."""
        return self.counts[0]

    @property
    def blocks(self) -> list[Block]:
        """The blocks that are counted."""
        return _counted(self.emulated)

    def by_class(self) -> dict[str, float]:
        """Return instructions per inference by `instruction_class`, most first."""
        totals: Counter[str] = Counter()
        for block in self.blocks:
            for opcode in block.opcodes:
                totals[instruction_class(opcode)] += block.executions
        return self._per_inference(totals)

    def by_library(self) -> dict[str, float]:
        """Return instructions per inference by the file that they lie in, most first."""
        totals: Counter[str] = Counter()
        for block in self.blocks:
            totals[locate(block.address, self.emulated.mappings).name] += block.instructions
        return self._per_inference(totals)

    def _per_inference(self, totals: Counter[str]) -> dict[str, float]:
        return {name: value / self.rule.inferences for name, value in totals.most_common()}


def check_artifact(artifact: Path) -> None:
    """Raise InputError unless `artifact` is a file with a known suffix."""
    if artifact.suffix not in SUFFIXES:
        raise InputError(f"{artifact}: '{artifact.suffix}' is unknown; {' and '.join(SUFFIXES)} can be counted")
    if not artifact.is_file():
        raise InputError(f"{artifact}: no such file")


def count(artifact: Path, laboratory: Laboratory, rule: CountRule, golden: Sequence[Path], stage: Stage) -> Count:
    """Count the instructions of one inference of `artifact`.

    Parameters
    ----------
    golden
        Folders of golden vectors; the first that has the artifact's length gives the token ids.

    Raises
    ------
    EdgeError
        If the artifact cannot be loaded or run, on this host or under qemu.
    """
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        host = Path(name) / "host"
        host.mkdir()
        arguments = {"path": str(artifact.absolute()), "folder": str(host), "golden": [str(place) for place in golden]}
        run_jobs([Job(f"{artifact.name}: on this host", WORKER, arguments)], stage, workers=1)
        emulated = []
        for run in range(rule.runs):
            guest = Path(name) / str(run)
            guest.mkdir()
            for file in host.glob("input-*.bin"):
                shutil.copy(file, guest)
            with stage(f"{artifact.name}: under qemu, run {run + 1} of {rule.runs}"):
                emulated.append(emulate(laboratory, artifact, guest, rule.inferences, rule.cpu))
        expected = read_outputs(host)
    counts = tuple(round(total_instructions(_counted(one)) / rule.inferences) for one in emulated)
    return Count(artifact, rule, counts, _sqnr(artifact, expected, emulated[0].outputs), emulated[0])


def _counted(emulated: Emulated) -> list[Block]:
    return [block for block in emulated.blocks if locate(block.address, emulated.mappings).name != PYTHON]


def _sqnr(artifact: Path, expected: Sequence[np.ndarray], found: Sequence[np.ndarray]) -> float:
    if [value.size for value in expected] != [value.size for value in found]:
        raise ConversionError(f"{artifact}: its outputs under qemu have other sizes than on this host")
    signal = sum(float(np.square(value.astype(np.float64)).sum()) for value in expected)
    noise = sum(float(np.square(a.astype(np.float64) - b).sum()) for a, b in zip(expected, found, strict=True))
    if not np.isfinite(noise) or signal == 0:
        return 0.0 if noise else SQNR_LIMIT
    return SQNR_LIMIT if noise == 0 else min(10 * float(np.log10(signal / noise)), SQNR_LIMIT)
