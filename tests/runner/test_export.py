"""The runner as a folder for a device that this machine does not reach: ``squeezebert-edge runner --out``."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from edge.cli.runner import make_runner
from edge.errors import InputError
from edge.runner import PROGRAM, VARIABLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a program of Linux")


@pytest.fixture(autouse=True)
def architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a program of this machine in the place of a runner; return its processor."""
    folder = tmp_path / "built"
    folder.mkdir()
    shutil.copy(shutil.which("true") or "", folder / PROGRAM)
    shutil.copy(folder / PROGRAM, folder / "libexecutorch.so")
    monkeypatch.setenv(VARIABLE, str(folder))
    return os.uname().machine


def test_the_folder_has_all_that_a_device_needs(
    architecture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "runner"

    make_runner(out, architecture, "linux", json=True)

    assert json.loads(capsys.readouterr().out) == {
        "system": "linux",
        "architecture": architecture,
        "program": str(out / PROGRAM),
        "files": [str(out / PROGRAM), str(out / "libexecutorch.so")],
    }
    assert (out / PROGRAM).stat().st_mode & 0o111
    assert [path.name for path in out.parent.iterdir()] == ["runner"]


def test_what_is_there_stays(architecture: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()

    with pytest.raises(InputError, match="out: exists already; choose another --out"):
        make_runner(tmp_path / "out", architecture, "linux")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_a_place_below_a_file(architecture: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="file is a file; choose another --out"):
        make_runner(tmp_path / "file" / "runner", architecture, "linux")


def test_an_unknown_system(architecture: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown system 'windows': choose one of linux, android"):
        make_runner(tmp_path / "runner", architecture, "windows")
