"""A Linux machine on the network, over the system's ssh: ``ssh:USER@HOST``, ``ssh:HOST``, ``ssh:ALIAS``."""

import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from edge.child_process import Stage
from edge.devices.connection import Connection
from edge.devices.information import DeviceInformation
from edge.devices.posix_probe import Probe, parse_probe, probe_command
from edge.devices.remote_folder import RemoteFolder, open_folder
from edge.devices.remote_program import ANSWER, REQUEST, RemoteProgram
from edge.devices.remote_runtimes import why_not_in_python
from edge.devices.remote_visit import RemoteVisit
from edge.devices.runner_program import start_runner
from edge.devices.ssh_connection import connect
from edge.errors import DeviceError, InputError

RUNNERS = ("python", "native")

# Names the Python there that has squeezebert-edge; without it the usual places are looked into.
PYTHON_VARIABLE = "SQUEEZEBERT_EDGE_DEVICE_PYTHON"

# Below the home folder.
FOLDER = ".cache/squeezebert-edge/device"

# Python starts on a small board within seconds; on a card that is worn out it takes its time.
PROBE_SECONDS = 120.0


@contextmanager
def open_device(address: str, runner: str | None, stage: Stage, keep_files: bool = False) -> Iterator[RemoteVisit]:
    """Visit the machine at `address`; `edge.devices.device.OpenDevice`.

    Raises
    ------
    InputError
        If `address` is none, or there is no such runner.
    DeviceError
        If the machine cannot be reached, or another visit is going on there.
    """
    chosen = runner or RUNNERS[0]
    if chosen not in RUNNERS:
        raise InputError(f"no runner '{runner}' for ssh devices; choose {' or '.join(RUNNERS)}")
    name = f"ssh:{address}"
    with ExitStack() as visit:
        with stage(f"connect to {name}"):
            connection = visit.enter_context(connect(name, address))
            folder = visit.enter_context(open_folder(connection, _home(connection), FOLDER, keep_files))
            probe = probe_machine(connection, os.environ.get(PYTHON_VARIABLE))
        program, information = _PROGRAMS[chosen](folder, probe, stage)
        yield RemoteVisit(folder, information, program)


def probe_machine(connection: Connection, python: str | None) -> Probe:
    """Look at the machine.

    Parameters
    ----------
    python
        The Python there; None takes the best that is found.
    """
    finished = connection.run(probe_command(python), PROBE_SECONDS)
    probe = parse_probe(finished.stdout, "ssh", connection.name)
    if python is not None and probe.python is None:
        raise InputError(f"{connection.name}: there is no Python '{python}'; correct {PYTHON_VARIABLE}")
    return probe


def _home(connection: Connection) -> str:
    home = connection.run('printf %s "$HOME"').stdout.rpartition("\n")[2]
    if not home.startswith("/"):
        raise DeviceError(f"{connection.name}: this user has no home folder there; log in as one that has")
    return home


def _python_program(folder: RemoteFolder, probe: Probe, stage: Stage) -> tuple[RemoteProgram, DeviceInformation]:
    python = shlex.quote(probe.python or "python3")
    program = RemoteProgram(
        title="squeezebert-edge",
        # -P: the work folder is not where modules are.
        command=f"exec {python} -P -m edge.devices.worker {REQUEST} {ANSWER}",
        files={},
        why_not=partial(why_not_in_python, information=probe.information),
        repair=f"run '{python} -m pip install -U squeezebert-edge' there",
    )
    return program, probe.information


def _native_program(folder: RemoteFolder, probe: Probe, stage: Stage) -> tuple[RemoteProgram, DeviceInformation]:
    from edge.runner import find_runner

    runner = find_runner("linux", probe.information.architecture, stage)
    return start_runner(folder, runner.files, probe.information, stage)


_PROGRAMS = {"python": _python_program, "native": _native_program}
