"""What checks ios_demo: the laboratory, the folder of what is built, and the app's programs on this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge.child_process import silent_stage
from tests.ios_lab.edge_kit import PACKAGE, VERIFY, build_edge_kit
from tests.ios_lab.installation import install
from tests.ios_lab.laboratory import BUILD_FOLDER, IosLab, default_folder, why_not
from tests.ios_lab.swift_package import SwiftPackage, read_package
from tests.ios_lab.swift_root import root_command


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
def desktop_program(
    ios_lab: IosLab, build_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., list[str]]:
    """Return a function that gives the command line of DesktopProgram with some words.

    It is for `subprocess`, with `REPOSITORY` as the working folder: the program runs in the laboratory's root, where it
    sees the repository and pytest's temporary folders at their paths. Its standard streams, and what ``pass_fds``
    names, are those that it is started with. It ends with the process that starts it.
    """
    program = build_edge_kit(ios_lab, build_folder) / "DesktopProgram"
    folders = [tmp_path_factory.getbasetemp()]

    def command(*words: object) -> list[str]:
        return root_command(ios_lab, [str(program), *map(str, words)], more_folders=folders)

    return command


@pytest.fixture(scope="session")
def edge_kit(ios_lab: IosLab) -> SwiftPackage:
    """Return what the package says of itself."""
    return read_package(ios_lab, PACKAGE)


@pytest.fixture(scope="session")
def stand_ins(ios_lab: IosLab) -> SwiftPackage:
    """Return what the package of stand-ins says of itself."""
    return read_package(ios_lab, VERIFY)
