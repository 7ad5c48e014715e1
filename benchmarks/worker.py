"""The process of one contestant: loads it, then measures whenever it is told to.

Started as ``python -m benchmarks.worker worker.json``; the file has the fields of `Task`. It writes one JSON document
a line: first what loading cost, then an answer to each request that it reads. It ends when its input ends.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.built import Built, read_built
from benchmarks.loading import LOADERS, Run, make_inputs, text_inputs
from benchmarks.memory import mapped_bytes, peak_bytes, reset_peak, resident_bytes


@dataclass(frozen=True)
class Task:
    """What a worker is started with.

    Attributes
    ----------
    golden
        Folder with the golden vectors, whose texts are the inputs.
    """

    built: Built
    golden: Path
    sequence_length: int
    threads: int


def serve(task: Task, requests: TextIO, answer: Callable[[dict[str, Any]], None]) -> None:
    """Load, answer with the cost, then serve `requests` until they end.

    ``{"burst": {"seconds": s, "least": n}}`` gives ``{"ms": [...]}``; ``{"outputs": file}`` writes the outputs of all
    golden examples to an .npz whose keys are ``<index>/<name>``.
    """
    texts = text_inputs(task.golden, task.sequence_length)
    inputs = make_inputs(task.built.inputs, texts[0])
    run, cost = load(task, inputs)
    answer(cost)
    for line in requests:
        request = json.loads(line)
        if "burst" in request:
            answer({"ms": measure_burst(lambda: run(inputs), **request["burst"])})
        else:
            save_outputs(run, [make_inputs(task.built.inputs, text) for text in texts], Path(request["outputs"]))
            answer({})


def load(task: Task, inputs: dict[str, Any]) -> tuple[Run, dict[str, Any]]:
    """Load and run once.

    Returns
    -------
    Run
        Ready to be measured.
    dict
        ``load_ms``, ``first_ms`` (the first inference), ``peak_bytes`` (most resident memory of both, above what the
        process had with the runtime's library and its inputs), ``mapped_bytes`` and ``mapped_resident_bytes`` of the
        file.
    """
    loader = LOADERS[task.built.loader]
    loader.import_library()
    reset_peak()
    before = resident_bytes()
    start = time.perf_counter()
    run = loader.load(task.built, task.threads)
    loaded = time.perf_counter()
    run(inputs)
    end = time.perf_counter()
    mapped = mapped_bytes(task.built.file)
    return run, {
        "load_ms": (loaded - start) * 1000,
        "first_ms": (end - loaded) * 1000,
        "peak_bytes": peak_bytes() - before,
        "mapped_bytes": mapped.size,
        "mapped_resident_bytes": mapped.resident,
    }


def measure_burst(run: Callable[[], object], seconds: float, least: int) -> list[float]:
    """Time single inferences for `seconds`, and at least `least` of them; one before is not counted.

    The uncounted one wakes the runtime's threads and brings its weights back into the caches.
    """
    run()
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < least or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return times


def save_outputs(run: Run, inputs: list[dict[str, Any]], path: Path) -> None:
    """Write the outputs for each of `inputs`."""
    found: dict[str, np.ndarray] = {}
    for index, arrays in enumerate(inputs):
        for name, value in run(arrays).items():
            found[f"{index}/{name}"] = value.astype(np.float32)
    np.savez(path, **found)  # type: ignore[arg-type]


def main() -> None:
    """Serve on the real standard output, which libraries may not write to: theirs goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    task = Task(
        read_built(document["built"]), Path(document["golden"]), document["sequence_length"], document["threads"]
    )

    def answer(result: dict[str, Any]) -> None:
        answers.write(json.dumps(result) + "\n")
        answers.flush()

    serve(task, sys.stdin, answer)
    # Some runtimes' threads outlive the interpreter and crash in its end.
    answers.close()
    os._exit(0)


if __name__ == "__main__":
    main()
