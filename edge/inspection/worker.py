"""The process that looks into one artifact: readers' libraries print, and may crash on a damaged file."""

from pathlib import Path
from typing import Any

from edge.child_process import run_job
from edge.inspection.inspection import inspect_artifact


def inspect_file(path: str) -> dict[str, Any]:
    """Inspect the artifact at `path`; return a JSON-serializable `Inspection`."""
    return inspect_artifact(Path(path)).model_dump(mode="json")


if __name__ == "__main__":
    run_job(inspect_file)
