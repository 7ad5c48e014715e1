"""The clients that read exported folders, each in an environment of its own."""

from pathlib import Path

import pytest

from edge.child_process import silent_stage
from tests.client_lab.environments import MEDIAPIPE, OPTIMUM_EXECUTORCH, OPTIMUM_ONNX, TRAINERS
from tests.client_lab.installation import install
from tests.client_lab.laboratory import ClientLab, default_folder, why_not


@pytest.fixture(scope="session")
def client_lab() -> ClientLab:
    """Return the laboratory, installed if it is not.

    Tests are skipped where this machine cannot run it, so that a plain ``pytest`` works everywhere;
    `make test-clients` fails there, with the reason, before it comes to the tests.
    """
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    return install(default_folder(), silent_stage)


@pytest.fixture(scope="session")
def mediapipe_python(client_lab: ClientLab) -> Path:
    """Return the interpreter that has mediapipe."""
    return client_lab.python(MEDIAPIPE)


@pytest.fixture(scope="session")
def optimum_onnx_python(client_lab: ClientLab) -> Path:
    """Return the interpreter that has optimum-onnx."""
    return client_lab.python(OPTIMUM_ONNX)


@pytest.fixture(scope="session")
def trainers_python(client_lab: ClientLab) -> Path:
    """Return the interpreter that has peft and sentence-transformers."""
    return client_lab.python(TRAINERS)


@pytest.fixture(scope="session")
def optimum_executorch_python(client_lab: ClientLab) -> Path:
    """Return the interpreter that has optimum-executorch."""
    return client_lab.python(OPTIMUM_EXECUTORCH)


@pytest.fixture(scope="session")
def node_folder(client_lab: ClientLab) -> Path:
    """Return the folder with the packages of npm."""
    return client_lab.node


@pytest.fixture(scope="session")
def onnx_bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the bundle of each of `tests.clients.onnx_examples`; no test may change them."""
    # Not at the top: the checkpoints need torch and transformers.
    from tests.clients.onnx_examples import EXAMPLES, build_example

    return {name: build_example(name, tmp_path_factory.mktemp(name)) for name in EXAMPLES}
