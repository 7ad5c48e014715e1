"""The clients' packages, from PyPI and npm, in one folder."""

import json
import sys
from pathlib import Path

from benchmarks.aarch64.installation_steps import install_step, installation_lock
from edge.child_process import Stage
from edge.errors import InputError
from tests.client_lab.environments import NODE, NODE_PACKAGES, PYTHON_ENVIRONMENTS, PythonEnvironment
from tests.client_lab.laboratory import FOLDER_VARIABLE, ClientLab, why_not
from tests.laboratory.tool import run_tool

# Seconds for one call of pip or npm.
TIME_LIMIT = 600.0


def install(folder: Path, stage: Stage) -> ClientLab:
    """Install what is missing in `folder` and return the laboratory.

    Raises
    ------
    InputError
        If this machine cannot run it.
    CheckError
        If pip or npm cannot install something.
    """
    reason = why_not()
    if reason is not None:
        raise InputError(reason)
    lab = ClientLab(folder.absolute())
    with installation_lock(lab.folder, FOLDER_VARIABLE):
        for environment in PYTHON_ENVIRONMENTS:
            made_from = [environment.packages, sys.version]
            install_step(lab.folder, environment.name, made_from, stage, lambda made=environment: _python(lab, made))
        install_step(lab.folder, NODE, NODE_PACKAGES, stage, lambda: _node(lab))
    return lab


def _python(lab: ClientLab, environment: PythonEnvironment) -> dict[str, str]:
    python = str(lab.python(environment))
    run_tool([sys.executable, "-m", "venv", str(lab.folder / environment.name)], "venv", time_limit=TIME_LIMIT)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    for packages in environment.packages:
        run_tool([*pip, "install", *packages], f"pip install {' '.join(packages)}", time_limit=TIME_LIMIT)
    listed = run_tool([python, "-c", INSTALLED], "importlib.metadata")
    versions: dict[str, str] = json.loads(listed)
    return versions


INSTALLED = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"


def _node(lab: ClientLab) -> dict[str, str]:
    lab.node.mkdir()
    description = {"private": True, "type": "module", "dependencies": NODE_PACKAGES}
    (lab.node / "package.json").write_text(json.dumps(description, indent=2), encoding="utf-8")
    # Scripts of packages are not run: one of onnxruntime-node's fetches libraries for graphics cards. Peers are taken
    # where they are named: those of react-native-executorch are native modules.
    command = ["npm", "install", "--ignore-scripts", "--legacy-peer-deps"]
    command += ["--no-audit", "--no-fund", "--loglevel=error"]
    run_tool(command, "npm install", folder=lab.node, time_limit=TIME_LIMIT)
    return dict(NODE_PACKAGES)
