"""One client: an app's library, a loader or a tool that people have already."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from edge.bundle import Bundle
from edge.manifest import ArtifactInfo


@dataclass(frozen=True)
class Client:
    """One client.

    Attributes
    ----------
    name
        What ``--to`` calls it.
    tested
        What was run, with its version; says so where nothing was.
    format, backend
        Of the artifacts that it loads.
    tasks
        Names of the tasks that it serves.
    module
        Module of `edge.clients` that writes its files, with a function ``write(bundle, artifact, directory)``; the
        README beside them comes from the file ``<module>.md``.
    """

    name: str
    summary: str
    tested: str
    format: str
    backend: str
    tasks: tuple[str, ...]
    module: str

    def write(self, bundle: Bundle, artifact: ArtifactInfo, directory: Path) -> Mapping[str, str]:
        """Write the client's files, all but the README, into the empty folder `directory`.

        Returns
        -------
        Mapping[str, str]
            What stands for the README's ``$names``, beside those that every README has.

        Raises
        ------
        InputError
            If the client cannot load this artifact; the message says what to build.
        """
        fields: Mapping[str, str] = import_module(f"edge.clients.{self.module}").write(bundle, artifact, directory)
        return fields
