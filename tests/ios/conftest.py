"""What checks ios_demo: the laboratory, the folder of what is built, and the app's programs on this machine."""

from pathlib import Path

import pytest

import edge
from edge.child_process import silent_stage
from tests.ios_lab.desktop_program import DesktopProgram
from tests.ios_lab.edge_kit import PACKAGE, VERIFY, build_edge_kit
from tests.ios_lab.installation import install
from tests.ios_lab.laboratory import BUILD_FOLDER, IosLab, default_folder, why_not
from tests.ios_lab.swift_package import SwiftPackage, read_package


@pytest.fixture(scope="session")
def ios_lab() -> IosLab:
    """Return the laboratory, installed if it is not.

    Tests are skipped where this machine cannot run it, so that a plain ``pytest`` works everywhere;
    `make test-ios` fails there, with the reason, before it comes to the tests.
    """
    reason = why_not(default_folder())
    if reason is not None:
        pytest.skip(reason)
    return install(default_folder(), silent_stage)


@pytest.fixture(scope="session")
def build_folder() -> Path:
    """Return where what was compiled stays."""
    return BUILD_FOLDER


@pytest.fixture(scope="session")
def desktop_program(ios_lab: IosLab, build_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> DesktopProgram:
    """Return the app without its screen; it sees pytest's temporary folders."""
    program = build_edge_kit(ios_lab, build_folder) / "DesktopProgram"
    return DesktopProgram(ios_lab, program, (tmp_path_factory.getbasetemp(),))


@pytest.fixture(scope="session")
def bundle(ios_lab: IosLab, small_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle with what iOS runs; no test may change it.

    It is not built where the laboratory cannot be.
    """
    directory = tmp_path_factory.mktemp("ios") / "sentiment"
    edge.build(
        small_checkpoint,
        directory,
        formats=["coreml", "executorch"],
        recipes=["fp16", "int8-dynamic"],
        sequence_lengths=[16],
    )
    return directory


@pytest.fixture(scope="session")
def edge_kit(ios_lab: IosLab) -> SwiftPackage:
    """Return what the package says of itself."""
    return read_package(ios_lab, PACKAGE)


@pytest.fixture(scope="session")
def stand_ins(ios_lab: IosLab) -> SwiftPackage:
    """Return what the package of stand-ins says of itself."""
    return read_package(ios_lab, VERIFY)
