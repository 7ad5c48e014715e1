"""One artifact under qemu-user, with the counting plugin."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.aarch64.blocks import Block, parse_blocks
from benchmarks.aarch64.laboratory import SOURCES, Laboratory
from benchmarks.aarch64.mappings import Mapping, parse_mappings
from edge.errors import ConversionError

CORTEX_A76 = "cortex-a76"


@dataclass(frozen=True)
class Emulated:
    """What the guest did between the markers, and its outputs of the last inference, flat."""

    blocks: tuple[Block, ...]
    mappings: tuple[Mapping, ...]
    outputs: tuple[np.ndarray, ...]


def qemu_version(laboratory: Laboratory) -> str:
    """Return what qemu calls itself: ``qemu-aarch64 version ...``."""
    command = [*laboratory.compilers.command("qemu-aarch64"), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, env=laboratory.compilers.environment())
    return (done.stdout.splitlines() or ["unknown"])[0]


def emulate(laboratory: Laboratory, artifact: Path, folder: Path, inferences: int, cpu: str) -> Emulated:
    """Run `artifact` once to warm up and `inferences` times between the markers, on one thread.

    Parameters
    ----------
    folder
        Has ``input-<i>.bin``; the guest writes there.
    cpu
        A processor of qemu's, with features: ``max,sve=off``.

    Raises
    ------
    ConversionError
        If the guest fails.
    """
    counts = folder / "blocks.txt"
    emulator = laboratory.compilers.command("qemu-aarch64")
    emulator += ["-cpu", cpu, "-L", str(laboratory.guest), "-plugin", f"{laboratory.plugin},out={counts}"]
    # For the guest; qemu's own names this machine's libraries.
    emulator += ["-E", f"LD_LIBRARY_PATH={laboratory.executorch / 'lib'}"]
    if artifact.suffix == ".tflite":
        emulator += ["-E", f"PYTHONPATH={laboratory.site}", "-E", "PYTHONHASHSEED=0", "-E", "PYTHONDONTWRITEBYTECODE=1"]
        program = [str(laboratory.guest / "usr/bin/python3.11"), "-S", str(SOURCES / "tflite_program.py")]
    else:
        program = [str(laboratory.pte_program)]
    command = [*emulator, *program, str(artifact.absolute()), str(folder), str(inferences)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=_environment(laboratory))
    if done.returncode != 0 or not counts.exists():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        raise ConversionError(f"{artifact}: failed under qemu with status {done.returncode}: {lines[-1]}")
    return Emulated(
        tuple(parse_blocks(counts.read_text(encoding="ascii"))),
        tuple(parse_mappings((folder / "maps.txt").read_text(encoding="utf-8"))),
        tuple(read_outputs(folder)),
    )


def _environment(laboratory: Laboratory) -> dict[str, str]:
    """Return the least that qemu needs: what a user's shell sets would lie on the guest's stack."""
    return {"LC_ALL": "C", "LD_LIBRARY_PATH": str(laboratory.compilers.libraries)}


def read_outputs(folder: Path) -> list[np.ndarray]:
    """Read ``output-<i>.bin``, float32 as all outputs of encoders are."""
    count = len(list(folder.glob("output-*.bin")))
    return [np.fromfile(folder / f"output-{index}.bin", "<f4") for index in range(count)]
