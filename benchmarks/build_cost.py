"""What a build costs: wall time, and the memory of all its processes."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.document import BuildRecord
from benchmarks.memory import tree_bytes

# The rows of the issue: three formats, int8, one length. int8-weight is Core ML's int8.
FORMATS = ("executorch", "coreml", "tflite")
RECIPES = ("int8-dynamic", "int8-weight")

POLL_SECONDS = 0.1


def measure_build(checkpoint: Path, sequence_length: int) -> BuildRecord:
    """Run ``squeezebert-edge build`` into a temporary folder, without its cache; a failed build is a record too."""
    words = ["--formats", ",".join(FORMATS), "--sequence-length", str(sequence_length), "--no-cache"]
    for recipe in RECIPES:
        words += ["--recipe", recipe]
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        log = Path(name) / "log.txt"
        command = [sys.executable, "-c", "from edge.cli.main import main; main()", "build", str(checkpoint.resolve())]
        with log.open("wb") as file:
            begin = time.monotonic()
            process = subprocess.Popen(
                [*command, "--out", str(Path(name) / "bundle"), *words], stdout=file, stderr=subprocess.STDOUT
            )
        peak = 0
        try:
            while process.poll() is None:
                peak = max(peak, tree_bytes(process.pid))
                time.sleep(POLL_SECONDS)
        finally:
            if process.poll() is None:
                # As an interrupt: it ends its children and removes what it wrote.
                process.terminate()
                process.wait()
        seconds = time.monotonic() - begin
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    error = None
    if process.returncode != 0:
        error = said[-1].strip() if said else f"ended with status {process.returncode}"
    return BuildRecord(
        command=" ".join(["squeezebert-edge build CHECKPOINT --out BUNDLE", *words]),
        seconds=seconds,
        peak_bytes=peak,
        error=error,
    )
