"""The native runner (`edge.runner`) as the program of a device that is another machine."""

import re
import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from edge.child_process import Stage
from edge.devices.information import DeviceInformation
from edge.devices.remote_folder import RemoteFolder
from edge.devices.remote_program import ANSWER, PROGRAM, REQUEST, RemoteProgram, why_died
from edge.devices.remote_runtimes import why_not_natively
from edge.errors import DeviceError

# Its file's name, and the first line that it prints when it is asked for its version.
NAME = "squeezebert-edge-runner"
VERSION_LINE = re.compile(rf"{NAME} (\S+), executorch (\S+)")

TITLE = "the native runner"
REPAIR = "name a runner that was built for this device in SQUEEZEBERT_EDGE_RUNNER"

VERSION_SECONDS = 60.0


def start_runner(
    folder: RemoteFolder, files: Sequence[Path], information: DeviceInformation, stage: Stage
) -> tuple[RemoteProgram, DeviceInformation]:
    """Push the runner and see that it starts; return it, and the device with the runner's versions.

    Parameters
    ----------
    files
        The program and the libraries beside it.

    Raises
    ------
    DeviceError
        If it does not start there: says why.
    """
    pushed = {f"{PROGRAM}/{file.name}": file for file in files}
    folder.put(pushed, stage)
    command = f"cd {shlex.quote(folder.path)} && LC_ALL=C {PROGRAM}/{NAME} --version"
    finished = folder.connection.run(command, VERSION_SECONDS)
    found = VERSION_LINE.search(finished.stdout)
    if finished.status != 0 or found is None:
        raise DeviceError(f"{information.name}: {why_died(finished, folder, TITLE, REPAIR)}")
    versions = {**information.runtimes, "executorch": found[2], NAME: found[1]}
    known = information.model_copy(update={"runtimes": versions})
    program = RemoteProgram(
        title=TITLE,
        command=f"exec {PROGRAM}/{NAME} --watch-stdin --request {REQUEST} --answer {ANSWER}",
        files=pushed,
        why_not=partial(why_not_natively, information=known),
        repair=REPAIR,
    )
    return program, known
