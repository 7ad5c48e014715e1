"""A laboratory is installed once, and again where it was interrupted or is made from something else."""

from pathlib import Path

import pytest

from benchmarks.aarch64.installation_steps import install_step
from edge.child_process import silent_stage


class Installer:
    """Makes a folder, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0

    def install(self, made_from: str) -> dict[str, str]:
        return install_step(self.folder, "tools", made_from, silent_stage, self._work)

    def _work(self) -> dict[str, str]:
        self.calls += 1
        (self.folder / "tools.part").mkdir()
        if self.calls == 1:
            (self.folder / "tools.part" / "half").touch()
        (self.folder / "tools.part").rename(self.folder / "tools")
        return {"tool": f"1.{self.calls}"}


def test_finished_step_is_not_done_again(tmp_path: Path) -> None:
    installer = Installer(tmp_path)

    assert [installer.install("list"), installer.install("list")] == [{"tool": "1.1"}, {"tool": "1.1"}]
    assert installer.calls == 1


def test_step_is_done_again_for_something_else(tmp_path: Path) -> None:
    installer = Installer(tmp_path)
    installer.install("list")

    assert installer.install("longer list") == {"tool": "1.2"}
    assert list((tmp_path / "tools").iterdir()) == []


@pytest.mark.parametrize("left", ["tools", "tools.part"])
def test_interrupted_step_starts_anew(tmp_path: Path, left: str) -> None:
    (tmp_path / left).mkdir()
    (tmp_path / left / "from an interrupted one").touch()

    assert Installer(tmp_path).install("list") == {"tool": "1.1"}
    assert [path.name for path in (tmp_path / "tools").iterdir()] == ["half"]
