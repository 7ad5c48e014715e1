"""Where things lie in the laboratory of clients, and whether this machine can run it."""

import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.client_lab.environments import NODE, PythonEnvironment
from tests.laboratory.build_step import REPOSITORY

FOLDER_VARIABLE = "SQUEEZEBERT_EDGE_CLIENT_LAB"
DEFAULT_FOLDER = REPOSITORY / "build" / "client-lab"


@dataclass(frozen=True)
class ClientLab:
    """Where things lie in an installed laboratory."""

    folder: Path

    def python(self, environment: PythonEnvironment) -> Path:
        """Return the interpreter of a virtual environment."""
        return self.folder / environment.name / "bin" / "python"

    @property
    def node(self) -> Path:
        """Folder with package.json and node_modules."""
        return self.folder / NODE


def default_folder() -> Path:
    """Return build/client-lab, or what the environment names."""
    return Path(os.environ.get(FOLDER_VARIABLE, DEFAULT_FOLDER)).absolute()


def why_not() -> str | None:
    """Return None if the clients run on this machine, otherwise what is missing, in one line."""
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        return f"the laboratory of clients runs on Linux x86_64, this machine is {machine}"
    if shutil.which("npm") is None:
        return "the laboratory of clients needs npm and Node 20: install Node.js"
    return None
