"""Work in processes of its own: what libraries print stays out of ours, and a crash is an error of one job.

A job is a module of this project that is run as ``python -m module job.json result.json``.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.errors import ConversionError, DeviceError, EdgeError

# Opened when a stage of the work begins and closed when it ends; the command line shows it.
Stage = Callable[[str], AbstractContextManager[None]]

POLL_SECONDS = 0.02


def silent_stage(title: str) -> AbstractContextManager[None]:
    """Show nothing."""
    return nullcontext()


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
    environment
        Variables that the process has beside this one's.
    """

    title: str
    module: str
    arguments: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)


def run_jobs(jobs: Sequence[Job], stage: Stage, workers: int, time_limit: float | None = None) -> list[dict[str, Any]]:
    """Run `jobs`, at most `workers` at a time; return their results in order.

    Whatever ends this call early ends the processes and their stages too.

    Parameters
    ----------
    time_limit
        Seconds that each job may take; None waits for ever.

    Raises
    ------
    EdgeError
        What a job raised; ConversionError if its process died, DeviceError if it took longer than `time_limit`.
    """
    results: dict[int, dict[str, Any]] = {}
    waiting = list(enumerate(jobs))
    running: dict[int, tuple[subprocess.Popen[bytes], ExitStack]] = {}
    started: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        folder = Path(name)
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    index, job = waiting.pop(0)
                    process = _start(job, folder / str(index))
                    stages = ExitStack()
                    running[index] = process, stages
                    started[index] = time.monotonic()
                    stages.enter_context(process)
                    stages.enter_context(stage(job.title))
                for index, (process, stages) in list(running.items()):
                    if process.poll() is not None:
                        results[index] = _result(jobs[index], process.returncode, folder / str(index))
                        del running[index]
                        stages.close()
                    elif time_limit is not None and time.monotonic() - started[index] > time_limit:
                        title = jobs[index].title
                        raise DeviceError(f"{title} was ended after {time_limit:g} s; it hangs, or needs --time-limit")
                time.sleep(POLL_SECONDS)
        finally:
            for process, stages in running.values():
                process.kill()
                # With the exception, so that the stage does not count as finished.
                stages.__exit__(*sys.exc_info())
    return [results[index] for index in range(len(jobs))]


def run_job(work: Callable[..., dict[str, Any]]) -> None:
    """Be the child: read the arguments, call `work` with them, write its result or its error."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    arguments, result = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        document = {"result": work(**json.loads(arguments.read_text(encoding="utf-8")))}
    except EdgeError as error:
        document = {"error": {"type": type(error).__name__, "message": str(error)}}
    result.write_text(json.dumps(document), encoding="utf-8")


def _end_with_parent() -> None:
    """End this process when its parent has ended, however that came: nobody holds stdin's other end then."""
    os.read(0, 1)
    os._exit(1)


def _start(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir()
    (folder / "job.json").write_text(json.dumps(job.arguments), encoding="utf-8")
    # The child imports what the parent imports, wherever either was started.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    # What a process that is killed leaves of its temporary files goes with the folder.
    temporary = folder / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary), **job.environment}
    command = [sys.executable, "-P", "-m", job.module, str(folder / "job.json"), str(folder / "result.json")]
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, env=environment)


def _result(job: Job, status: int, folder: Path) -> dict[str, Any]:
    try:
        document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        log = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip()
        last = log.splitlines()[-1].strip() if log else f"the process ended with status {status}"
        if status < 0:
            # Killed, most often for want of memory: what it said last need not have to do with it.
            last = f"the process was ended by {signal.Signals(-status).name} ({last})"
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
