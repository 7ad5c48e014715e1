"""Work in processes of its own: what libraries print stays out of ours, and a crash is an error of one job.

A job is a module of this project that is run as ``python -m module job.json result.json``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import ConversionError, EdgeError

# Opened when a stage of the work begins and closed when it ends; the command line shows it.
Stage = Callable[[str], AbstractContextManager[None]]

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Job:
    """One piece of work.

    Attributes
    ----------
    title
        What the user reads while it runs.
    module
        Module with a call of `run_job` under ``__main__``.
    arguments
        JSON-serializable, handed to the module's function.
    """

    title: str
    module: str
    arguments: dict[str, Any]


def run_jobs(jobs: Sequence[Job], stage: Stage, workers: int) -> list[dict[str, Any]]:
    """Run `jobs`, at most `workers` at a time; return their results in order.

    Whatever ends this call early ends the processes too.

    Raises
    ------
    EdgeError
        What a job raised; ConversionError if its process died.
    """
    results: dict[int, dict[str, Any]] = {}
    waiting = list(enumerate(jobs))
    running: dict[int, tuple[subprocess.Popen[bytes], ExitStack]] = {}
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        folder = Path(name)
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    index, job = waiting.pop(0)
                    stages = ExitStack()
                    stages.enter_context(stage(job.title))
                    running[index] = (_start(job, folder / str(index)), stages)
                for index, (process, stages) in list(running.items()):
                    if process.poll() is not None:
                        del running[index]
                        results[index] = _result(jobs[index], process.returncode, folder / str(index))
                        stages.close()
                time.sleep(POLL_SECONDS)
        finally:
            for process, _ in running.values():
                process.kill()
                process.wait()
    return [results[index] for index in range(len(jobs))]


def run_job(work: Callable[..., dict[str, Any]]) -> None:
    """Be the child: read the arguments, call `work` with them, write its result or its error."""
    arguments, result = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        document = {"result": work(**json.loads(arguments.read_text(encoding="utf-8")))}
    except EdgeError as error:
        document = {"error": {"type": type(error).__name__, "message": str(error)}}
    result.write_text(json.dumps(document), encoding="utf-8")


def _start(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir()
    (folder / "job.json").write_text(json.dumps(job.arguments), encoding="utf-8")
    # The child imports what the parent imports, wherever either was started.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    command = [sys.executable, "-P", "-m", job.module, str(folder / "job.json"), str(folder / "result.json")]
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        )


def _result(job: Job, status: int, folder: Path) -> dict[str, Any]:
    try:
        document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        log = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip()
        last = log.splitlines()[-1].strip() if log else f"the process ended with status {status}"
        raise ConversionError(f"{job.title} failed: {last}") from RuntimeError(log)
    if "error" in document:
        raise _error_named(document["error"]["type"])(document["error"]["message"])
    result: dict[str, Any] = document["result"]
    return result


def _error_named(name: str) -> type[EdgeError]:
    import edge.errors

    found = getattr(edge.errors, name)
    assert issubclass(found, EdgeError)
    return found
