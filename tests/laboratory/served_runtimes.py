"""The runtimes of `edge.runtimes` for a program at the other end of a pipe: a JSON object a line in, one a line out.

The reference apps' programs on a desktop take them for their own: no runtime has libraries for a desktop's JVM, and
Apple's are on Apple's systems only. First comes the version of each runtime, by its name in ``minimum_runtime``. Then:

``{"load": ARTIFACT, "file": PATH, "threads": N}``
    ARTIFACT is an `edge.manifest.ArtifactInfo`; the answer has ``handle`` and ``runtime``.
``{"run": HANDLE, "inputs": {NAME: [INTEGERS]}}``
    The answer has the numbers of each output by its name.
``{"close": HANDLE}``
    The answer is empty.

What cannot be done is answered with ``error``. It ends when stdin does.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import EdgeError
from edge.manifest import ArtifactInfo
from edge.runtimes import Runtime, load_runtime

ANDROID_RUNTIMES = ("executorch", "ai-edge-litert")


class Served:
    """What was loaded, by handle."""

    def __init__(self) -> None:
        self._loaded: dict[int, Runtime] = {}
        self._handles = count()

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Do what one line asks for."""
        if "load" in question:
            artifact = ArtifactInfo.model_validate(question["load"])
            runtime = load_runtime(
                artifact.format,
                Path(question["file"]),
                artifact.inputs,
                artifact.outputs,
                question["threads"],
                artifact.minimum_runtime,
                artifact.runtime_options,
            )
            handle = next(self._handles)
            self._loaded[handle] = runtime
            return {"handle": handle, "runtime": runtime.name}
        if "run" in question:
            inputs = {name: np.array([ids], np.int32) for name, ids in question["inputs"].items()}
            outputs = self._loaded[question["run"]].run(inputs)
            return {name: values.reshape(-1).tolist() for name, values in outputs.items()}
        del self._loaded[question["close"]]
        return {}


def serve(versions: Mapping[str, str], read: Callable[[], str], write: Callable[[str], None]) -> None:
    """Say the versions of the runtimes, then answer line by line until there are no more."""
    write(json.dumps(dict(versions)))
    served = Served()
    while line := read():
        try:
            answer = served.answer(json.loads(line))
        except EdgeError as error:
            answer = {"error": str(error)}
        write(json.dumps(answer))


def main() -> None:
    """Serve stdin and stdout with what the Android app has; what libraries print goes to stderr."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)

        def write(line: str) -> None:
            answers.write(line + "\n")
            answers.flush()

        serve({name: metadata.version(name) for name in ANDROID_RUNTIMES}, sys.stdin.readline, write)


if __name__ == "__main__":
    main()
