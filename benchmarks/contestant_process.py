"""A contestant's process, from the side that asks."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.worker import Task
from edge.errors import ConversionError


@dataclass(frozen=True)
class LoadCost:
    """What loading and a first inference took in a fresh process; fields as of `benchmarks.worker.load`."""

    load_ms: float
    first_ms: float
    peak_bytes: int
    mapped_bytes: int
    mapped_resident_bytes: int


class ContestantProcess:
    """A started contestant; a context manager that ends the process.

    Parameters
    ----------
    name
        For messages.
    task
        What the process runs.
    folder
        Existing folder for its files, ``<name>.json`` and ``<name>.log``.

    Raises
    ------
    ConversionError
        If it ends before it has loaded.
    """

    def __init__(self, name: str, task: Task, folder: Path) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        document = {**asdict(task), "built": task.built.as_dict(), "golden": str(task.golden)}
        arguments = folder / f"{name}.json"
        arguments.write_text(json.dumps(document), encoding="utf-8")
        # The child imports what this process imports, wherever either was started.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "benchmarks.worker", str(arguments)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
            )
        try:
            self.cost = LoadCost(**self._answer())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "ContestantProcess":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def burst(self, seconds: float, least: int) -> list[float]:
        """Return the milliseconds of each inference; see `benchmarks.worker.measure_burst`."""
        times: list[float] = self._ask({"burst": {"seconds": seconds, "least": least}})["ms"]
        return times

    def save_outputs(self, path: Path) -> None:
        """Let it write its outputs of all golden examples to `path`."""
        self._ask({"outputs": str(path)})

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            # It has ended; its log says why.
            pass
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait()
            said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = said[-1].strip() if said else "it said nothing"
            raise ConversionError(f"{self.name}: its process ended with status {status} ({last})")
        answer: dict[str, Any] = json.loads(line)
        return answer
