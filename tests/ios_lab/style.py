"""swift-format: Apple's own style checker, with the settings of ios_demo/.swift-format."""

from collections.abc import Sequence
from pathlib import Path

from tests.ios_lab.edge_kit import FOLDER
from tests.ios_lab.laboratory import IosLab
from tests.ios_lab.swift_root import run_in_root
from tests.laboratory.build_step import CheckError, files_below

# Of Swift Package Manager and Xcode.
NOT_OURS = (".build", "DerivedData")


def swift_files(folder: Path = FOLDER) -> list[Path]:
    """Return every Swift file below `folder` that was not downloaded or generated."""
    found = files_below(folder, ".swift")
    return [path for path in found if not set(path.relative_to(folder).parts) & set(NOT_OURS)]


def check_style(lab: IosLab, files: Sequence[Path]) -> str:
    """Check files; return what swift-format printed; CheckError with that if it found something."""
    return _swift_format(lab, ["lint", "--strict"], files)


def format_files(lab: IosLab, files: Sequence[Path]) -> str:
    """Bring files into the style, in place; CheckError if one does not parse."""
    return _swift_format(lab, ["format", "--in-place"], files)


def _swift_format(lab: IosLab, words: Sequence[str], files: Sequence[Path]) -> str:
    if not files:
        raise CheckError("swift format: no files")
    # The settings that are nearest above each file would be taken otherwise: there are none above other folders.
    settings = ["--configuration", str(FOLDER / ".swift-format")]
    command = ["swift", "format", *words, *settings, *map(str, files)]
    return run_in_root(lab, command, "swift format", more_folders=sorted({path.parent for path in files}))
