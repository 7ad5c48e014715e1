"""The system's ssh: where it is, how machines are named to it, and what helps when it cannot connect."""

import os
import re
import shutil

from edge.errors import InputError, MissingPackageError

# What ssh says when it cannot connect, and what helps; the first that is found counts.
_REASONS = (
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "its host key has changed: if it was set up anew, run {forget} and 'ssh {host}' once",
    ),
    (
        "Host key verification failed|host key is known",
        "its host key is not known yet: run 'ssh {host}' once and confirm it",
    ),
    (
        "Permission denied|Too many authentication failures",
        "it accepts no key of yours: run 'ssh-keygen' if you have none, then 'ssh-copy-id {host}'",
    ),
    ("Could not resolve hostname", "there is no machine of that name: check the name, or give its address"),
    ("Connection refused", "no ssh server answers there: turn it on (Raspberry Pi: 'sudo systemctl enable --now ssh')"),
    (
        "timed out|No route to host|Network is unreachable|Host is down",
        "it does not answer: check that it is on and in this network",
    ),
    (
        "Bad configuration option|Bad owner or permissions",
        "ssh does not take its configuration: correct the file that 'ssh {host}' names",
    ),
)


def find_ssh() -> str:
    """Return the system's ssh.

    Raises
    ------
    MissingPackageError
        If there is none that can reuse a connection.
    """
    if os.name == "nt":
        raise MissingPackageError("Windows' ssh cannot reuse a connection; run squeezebert-edge in WSL for this device")
    found = shutil.which("ssh")
    if found is None:
        raise MissingPackageError(
            "no 'ssh' on this machine; install openssh-client (Debian, Ubuntu: apt install openssh-client)"
        )
    return found


def destination_words(destination: str) -> list[str]:
    """Return ssh's words for ``USER@HOST``, ``HOST`` or an alias, each with ``:PORT`` or not; the last is the host.

    Raises
    ------
    InputError
        If it is none of these.
    """
    host, port = destination, None
    if found := re.fullmatch(r"([^:]+):(\d{1,5})", destination):
        host, port = found[1], found[2]
    # ssh would take a leading '-' for an option, and gives names to commands of its configuration.
    if (
        not re.fullmatch(r"[\w.%:\[\]+-]*(?:@[\w.%:\[\]+-]+)?", host)
        or host.startswith(("-", "@"))
        or not host
        or "@-" in host
    ):
        raise InputError(
            f"'{destination}' is no machine for ssh; give ssh:USER@HOST, ssh:HOST or a name of your ssh config"
        )
    return [*(["-p", port] if port is not None else []), "--", host]


def why_refused(said: str, host: str) -> str:
    """Say in one line what helps, by what ssh printed when it could not connect to `host`."""
    for pattern, advice in _REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            # ssh itself says how to forget a key, where it lies in a file of its own.
            command = re.search(r"ssh-keygen .*", said)
            forget = f"'{' '.join(command[0].split())}'" if command else f"'ssh-keygen -R {host.rpartition('@')[2]}'"
            return advice.format(host=host, forget=forget)
    lines = said.strip().splitlines()
    return f"{lines[-1].strip() if lines else 'the connection was closed'}; try 'ssh {host}'"
