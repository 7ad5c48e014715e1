"""A program on a device that runs artifacts there: it reads a request, writes an answer and ends with its stdin."""

import math
import shlex
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge.devices.connection import Finished
from edge.devices.device_answer import read_answer
from edge.devices.remote_folder import PROCESS, RemoteFolder
from edge.devices.work import WorkRequest, WorkResult
from edge.errors import DeviceError
from edge.manifest import ArtifactInfo

# Names in the work folder.
REQUEST = "request.json"
ANSWER = "answer.json"
OUTPUTS = "outputs.f32"
BUNDLE = "bundle"
PROGRAM = "program"

# A device that ends a hung program by itself gets this much longer, in seconds, to say so.
GRACE_SECONDS = 15.0

# Exit statuses as shells report them: 128 and the signal's number.
ILLEGAL_INSTRUCTION = 128 + 4
KILLED = 128 + 9
CRASHED = (128 + 6, 128 + 7, 128 + 8, 128 + 11)


@dataclass(frozen=True)
class RemoteProgram:
    """What runs artifacts on the device.

    Attributes
    ----------
    title
        For messages: ``the native runner``.
    command
        POSIX shell that is run in the work folder with the connection's stdin; a single program begins with ``exec``,
        so that the process that is noted there is its own. When it is to end it gets SIGTERM, and SIGKILL 2 s later.
    files
        What has to be there beside the bundle, by name in the work folder.
    why_not
        None if it runs an artifact right there, else why not and what to do.
    repair
        What helps if it does not start, or speaks another version of `edge.devices.work`.
    """

    title: str
    command: str
    files: Mapping[str, Path]
    why_not: Callable[[ArtifactInfo], str | None]
    repair: str


def run_program(
    folder: RemoteFolder, program: RemoteProgram, request: WorkRequest, time_limit: float | None
) -> WorkResult:
    """Let `program` do what `request` asks for; however this ends, the program has ended too.

    Parameters
    ----------
    time_limit
        Seconds until it counts as hung; None waits for ever.

    Raises
    ------
    EdgeError
        What the program's answer says; DeviceError if it hangs, dies or answers in another way.
    """
    name = folder.connection.name
    folder.write(REQUEST, request.model_dump_json())
    begin = time.monotonic()
    try:
        limit = None if time_limit is None else time_limit + GRACE_SECONDS
        finished = folder.connection.run(_shell_command(folder, program, time_limit), limit)
    except BaseException as error:
        with suppress(DeviceError):
            folder.end_program()
        if isinstance(error, DeviceError) and time_limit is not None and time.monotonic() - begin >= time_limit:
            raise _hung(name, request, time_limit) from error
        raise
    text = folder.read(ANSWER)
    if text is None:
        if time_limit is not None and time.monotonic() - begin >= time_limit:
            raise _hung(name, request, time_limit)
        raise DeviceError(f"{name}: {request.artifact}: {why_died(finished, folder, program.title, program.repair)}")
    return read_answer(name, program.title, program.repair, request, text)


def _shell_command(folder: RemoteFolder, program: RemoteProgram, time_limit: float | None) -> str:
    # The program's own process is noted, not that of 'timeout': ending that would leave the program.
    inner = shlex.quote(f"echo $$ >{PROCESS}; {program.command}")
    limited = (
        "" if time_limit is None else f"$(command -v timeout >/dev/null && echo timeout -k 2 {math.ceil(time_limit)}) "
    )
    # Messages are looked into, so they have to be English; the program's own output is for them too.
    return (
        f"cd {shlex.quote(folder.path)} || exit; rm -f {ANSWER} {OUTPUTS}; LC_ALL=C; export LC_ALL; "
        f"{limited}sh -c {inner} >&2; status=$?; rm -f {PROCESS}; exit $status"
    )


def _hung(name: str, request: WorkRequest, time_limit: float) -> DeviceError:
    return DeviceError(
        f"{name}: {request.artifact} at {request.sequence_length} tokens did not end within {time_limit:g} s and was "
        "ended there; allow more with --time-limit, or restart the device if it hangs again"
    )


def why_died(finished: Finished, folder: RemoteFolder, title: str, repair: str) -> str:
    """Say why a program ended without an answer, and what one can do about it.

    Parameters
    ----------
    title, repair
        The program's.
    """
    said = finished.stderr
    lines = said.strip().splitlines()
    last = lines[-1].strip() if lines else f"exit status {finished.status}"
    if "No space left on device" in said:
        free = folder.free_bytes()
        left = "" if free is None else f" ({free / 1e6:.1f} MB are free in {folder.path})"
        return f"the device is full{left}; free some space there and run again"
    if "Exec format error" in said or "cannot execute" in said:
        return f"{title} is for another architecture than the device's ({last}): {repair}"
    if "GLIBC" in said or "CXXABI" in said:
        return f"{title} needs newer system libraries than the device has ({last}): {repair}"
    if "No module named 'edge" in said or "No module named edge" in said:
        return f"the squeezebert-edge there is missing or too old for this ({last}): {repair}"
    if finished.status == ILLEGAL_INSTRUCTION:
        return f"{title} uses an instruction that this device's processor does not have: {repair}"
    if finished.status == KILLED or "MemoryError" in said or "Cannot allocate memory" in said:
        return f"{title} was ended, most likely for want of memory; use a shorter or smaller artifact"
    if finished.status in (126, 127):
        return f"{title} cannot be started ({last}): {repair}"
    if finished.status in CRASHED:
        return f"{title} crashed with signal {finished.status - 128} ({last}): {repair}"
    return f"{title} ended without an answer: {last}"
