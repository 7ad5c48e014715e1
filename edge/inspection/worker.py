"""The process that looks into one artifact: readers' libraries print, and may crash on a damaged file."""

from pathlib import Path
from typing import Any

from edge.child_process import run_job
from edge.inspection.inspection import inspect_artifact
from edge.runtimes.mil.coremltools_import import import_for_evaluation, missing_coremltools


def inspect_file(path: str) -> dict[str, Any]:
    """Inspect the artifact at `path`; return a JSON-serializable `Inspection`."""
    if Path(path).suffix == ".mlpackage" and missing_coremltools() is None:
        import_for_evaluation()
    return inspect_artifact(Path(path)).model_dump(mode="json")


if __name__ == "__main__":
    run_job(inspect_file)
