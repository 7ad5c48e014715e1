"""The process that converts one checkpoint to one format at one length."""

from pathlib import Path
from typing import Any

from converters.conversion import convert
from converters.file_options import FileOptions
from edge.checkpoint import load_checkpoint
from edge.child_process import run_job
from quantize import find_recipe, load_plan


def convert_checkpoint(
    checkpoint: str,
    task: str,
    format: str,
    backend: str,
    recipes: list[str],
    sequence_lengths: list[int],
    directory: str,
    plans: dict[str, str],
    options: dict[str, Any],
) -> dict[str, Any]:
    """Convert the checkpoint folder `checkpoint`; return its artifacts as JSON-serializable documents.

    Parameters
    ----------
    plans
        File with the static plan of each recipe that needs one.
    options
        Of `converters.file_options.FileOptions`.
    """
    artifacts = convert(
        format,
        load_checkpoint(checkpoint, task),
        tuple(find_recipe(name) for name in recipes),
        tuple(sequence_lengths),
        Path(directory),
        {recipe: load_plan(Path(plan)) for recipe, plan in plans.items()},
        backend,
        FileOptions(**options),
    )
    return {"artifacts": [artifact.model_dump(mode="json") for artifact in artifacts]}


if __name__ == "__main__":
    run_job(convert_checkpoint)
