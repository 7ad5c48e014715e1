"""One visit at a time: a lock on the device that goes when the connection goes."""

import os
import platform
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from edge.devices.connection import Connection
from edge.errors import DeviceError

LOCK_SECONDS = 30.0

# A visit that is about to end removes the folder with the lock in it: then there is a new one to take.
ATTEMPTS = 3

# A living process holds the lock. It ends when its stdin does. A network that is gone closes nothing: the line that it
# prints every 5 s makes the device's end of the connection notice, within TCP's time for that.
_SCRIPT = """\
umask 077
mkdir -p {folder} && cd {folder} && exec 9>>lock || {{ echo failed; exit; }}
command -v flock >/dev/null || {{ echo no flock; exit; }}
# Android's shell closes what it has opened for the programs that it starts, unless they are given it.
flock -n 9 9>&9 || {{ echo "held $(cat holder 2>/dev/null)"; exit; }}
[ lock -ef /proc/self/fd/9 ] || {{ echo again; exit; }}
printf '%s\n' {holder} >holder || {{ echo failed; exit; }}
echo locked
(
    trap 'kill $pause; exit' TERM
    while :; do
        sleep 5 >/dev/null 2>&1 &
        pause=$!
        wait $pause
        echo || exit
    done
) </dev/null 9>&- &
cat >/dev/null
kill $!
"""


@contextmanager
def locked(connection: Connection, folder: str) -> Iterator[None]:
    """Make `folder` on the device, readable by its owner only, and hold the lock in it.

    Raises
    ------
    DeviceError
        If somebody else holds it (says who and since when), or the folder cannot be written.
    """
    script = _SCRIPT.format(folder=shlex.quote(folder), holder=shlex.quote(_myself()))
    for _ in range(ATTEMPTS):
        held = connection.hold(script)
        try:
            match held.first_line(LOCK_SECONDS).split(" ", 1):
                case ["locked"]:
                    yield
                    return
                case ["held", holder]:
                    raise DeviceError(
                        f"{connection.name}: in use by {holder or 'another squeezebert-edge'}; wait until "
                        "it is done; after a lost connection that may take 15 minutes"
                    )
                case ["no", _]:
                    raise DeviceError(f"{connection.name}: has no 'flock'; install util-linux or busybox there")
                case ["again"]:
                    continue
                case _:
                    raise DeviceError(
                        f"{connection.name}: {folder} cannot be written; free space there, check its owner"
                    )
        finally:
            held.release()
    raise DeviceError(f"{connection.name}: in use by visits that begin and end; try again")


def _myself() -> str:
    """Say to whom else wants the device who holds it."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{platform.node() or 'a machine without a name'}, process {os.getpid()}, since {since}"
