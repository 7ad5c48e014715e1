"""Documents as a run would leave them, at will: ``document({"tflite-fp32": 20.0}, length=128, threads=2)``."""

from collections.abc import Mapping
from typing import Any

from benchmarks.contestant import CONTESTANTS
from benchmarks.document import (
    BenchmarkDocument,
    ContestantRecord,
    LoadRecord,
    RoundsRecord,
    SettingRecord,
)
from benchmarks.machine import Machine

MEGABYTE = 1_000_000
ROUNDS = 3


def document(times: Mapping[str, float], length: int = 128, threads: int = 2, **changes: Any) -> BenchmarkDocument:
    """Return a document of one setting in which every inference of a contestant took the same milliseconds."""
    bursts = {name: [[ms] * 3] * ROUNDS for name, ms in times.items()}
    fields = {
        "machine": Machine(
            processor="test", cores=2, memory_bytes=8 * 10**9, flags=["avx2"], system="Linux", python="3.11"
        ),
        "packages": {"torch": "2.13.0"},
        "checkpoint": "small",
        "rounds": RoundsRecord(rounds=ROUNDS, burst_seconds=0.3, burst_inferences=3, pause_seconds=0.1, seed=0),
        "contestants": [record(name, length) for name in times if name in CONTESTANTS],
        "settings": [setting(bursts, length, threads)],
        "build": None,
        "instructions": [],
    }
    return BenchmarkDocument(**{**fields, **changes})


def setting(bursts: Mapping[str, list[list[float]]], length: int = 128, threads: int = 2) -> SettingRecord:
    """Return a setting of these bursts; its control is of the first contestant if there is one."""
    load = LoadRecord(
        load_ms=50.0,
        first_ms=20.0,
        peak_bytes=60 * MEGABYTE,
        mapped_bytes=50 * MEGABYTE,
        mapped_resident_bytes=25 * MEGABYTE,
    )
    return SettingRecord(
        sequence_length=length,
        threads=threads,
        control_of=next(iter(bursts)) if "control" in bursts else None,
        load_average=0.1,
        bursts=dict(bursts),
        loads={name: load for name in bursts if name in CONTESTANTS},
        failures={},
    )


def record(name: str, length: int = 128, **changes: Any) -> ContestantRecord:
    """Return the record of a contestant that was built: 50 MB, parity of 40 dB."""
    fields = {
        "name": name,
        "sequence_length": length,
        "error": None,
        "file": f"built/{name}",
        "bytes": 50 * MEGABYTE,
        "parity": {"sqnr_db": 40.0, "cosine": 0.9999},
        "operators": {},
    }
    return ContestantRecord(**{**fields, **changes})
