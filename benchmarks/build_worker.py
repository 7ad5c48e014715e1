"""The process that builds one unit."""

import shutil
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.built import Built
from benchmarks.contestant import CONTESTANTS
from benchmarks.routes.request import Request
from edge.child_process import run_job


def build_unit(
    route: str, contestants: list[str], checkpoint: str, sequence_length: int, directory: str
) -> dict[str, Any]:
    """Build contestants of one route into `directory`; return `Built` documents by their names.

    What was built there before stays until this has succeeded.
    """
    folder = Path(directory)
    # What an interrupted build left has the same name, and goes with the next.
    draft = folder.with_name(f".{folder.name}-draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    request = Request(tuple(CONTESTANTS[name] for name in contestants), Path(checkpoint), sequence_length)
    try:
        built = import_module(f"benchmarks.routes.{route}").build(request, draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {name: _moved(entry, draft, folder).as_dict() for name, entry in built.items()}


def _moved(built: Built, draft: Path, folder: Path) -> Built:
    """Return `built` with its file where the folder was renamed to; a checkpoint lies elsewhere and stays."""
    if not built.file.is_relative_to(draft):
        return built
    return replace(built, file=folder / built.file.relative_to(draft))


if __name__ == "__main__":
    run_job(build_unit)
