"""The runner as a folder of its own, for a device that this machine does not reach."""

import shutil
from pathlib import Path

from edge.new_folder import new_folder
from edge.runner.folder import RunnerFolder


def export(runner: RunnerFolder, target: Path) -> RunnerFolder:
    """Copy the runner to `target`, which appears whole or not at all.

    Raises
    ------
    InputError
        If something is there already, or it cannot be written.
    """
    with new_folder(target) as draft:
        for file in runner.files:
            shutil.copy(file, draft)
    return RunnerFolder(target, runner.system, runner.architecture)
