"""pytest's fixtures of phones: ``pytest_plugins = ["tests.device_lab.phone_fixtures"]`` in what needs them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import edge
from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.manifest import ArtifactInfo
from edge.runner import RunnerFolder, find_runner
from tests.device_lab.laboratory import default_folder, why_not
from tests.device_lab.phone import Phone, start_phone
from tests.device_lab.phone_root import install_phone_root
from tests.runner.fixtures import toolchain  # noqa: F401
from tests.runner.toolchain import Toolchain

StartPhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def phone_root() -> Path:
    """Return a phone's file system, installed if it is not; tests are skipped where this machine cannot run it."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    return install_phone_root(default_folder(), silent_stage)


@pytest.fixture
def plugged_in(phone_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartPhone]:
    """Return a function that starts a phone, which this process's adb sees: ``plugged_in(storage_bytes=...)``."""
    with ExitStack() as phones:

        def start(storage_bytes: int | None = None) -> Phone:
            phone = phones.enter_context(start_phone(phone_root, tmp_path / "phone", storage_bytes))
            for name, value in phone.environment.items():
                monkeypatch.setenv(name, value)
            return phone

        yield start


@pytest.fixture
def phone(plugged_in: StartPhone) -> Phone:
    """Return a phone that nobody has used."""
    return plugged_in()


@pytest.fixture(scope="session")
def program_bundle(small_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle with ``executorch-int8-dynamic-16`` alone, which takes a fifth of the time of `small_bundle`."""
    directory = tmp_path_factory.mktemp("program-bundle") / "sentiment"
    edge.build(small_checkpoint, directory, formats=["executorch"], recipes=["int8-dynamic"], sequence_lengths=[16])
    return directory


@pytest.fixture(scope="session")
def program(program_bundle: Path) -> ArtifactInfo:
    """Return the only artifact of `program_bundle`."""
    (artifact,) = open_bundle(program_bundle).manifest.artifacts
    return artifact


@pytest.fixture(scope="session")
def native_runner(toolchain: Toolchain) -> RunnerFolder:  # noqa: F811
    """Return the native runner for the phone, which is of this machine's architecture and has its C library."""
    with toolchain.used():
        return find_runner("linux", "x86_64", silent_stage)
