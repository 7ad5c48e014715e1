"""The laboratory says what a machine lacks, and what Debian has changed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import InputError
from tests.ios_lab import installation, laboratory
from tests.ios_lab.laboratory import IosLab
from tests.ios_lab.swift_root import run_in_root

Change = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def good_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be there, whatever this machine has."""
    monkeypatch.setattr(laboratory.platform, "system", lambda: "Linux")
    monkeypatch.setattr(laboratory.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(laboratory.os, "geteuid", lambda: 0)
    monkeypatch.setattr(laboratory, "USER_IDS", 1)
    monkeypatch.setattr(laboratory.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(laboratory, "NAMESPACES_TRIED", ("true",))


@pytest.mark.usefixtures("good_machine")
def test_a_machine_with_everything_will_do(tmp_path: Path) -> None:
    assert laboratory.why_not(tmp_path) is None


@pytest.mark.usefixtures("good_machine")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda patch: patch.setattr(laboratory.platform, "machine", lambda: "arm64"), "this machine is Linux arm64"),
        (lambda patch: patch.setattr(laboratory.os, "geteuid", lambda: 1000), "needs root over 65536 users"),
        (lambda patch: patch.setattr(laboratory.shutil, "which", lambda name: None), "needs a Debian system: apt-get"),
        (
            lambda patch: patch.setattr(laboratory, "NAMESPACES_TRIED", ("sh", "-c", "echo denied >&2; exit 1")),
            "needs user namespaces: denied",
        ),
    ],
    ids=["another processor", "not root", "no apt", "no namespaces"],
)
def test_what_a_machine_lacks_is_named(
    change: Change, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "65536" in message:
        monkeypatch.setattr(laboratory, "USER_IDS", 65536)
    change(monkeypatch)
    reason = laboratory.why_not(tmp_path)
    assert reason is not None
    assert message in reason
    assert "\n" not in reason


@pytest.mark.usefixtures("good_machine")
def test_what_is_installed_needs_no_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    IosLab(tmp_path).record.write_text("{}", encoding="ascii")
    monkeypatch.setattr(laboratory.shutil, "which", lambda name: None)
    assert laboratory.why_not(tmp_path) is None


def test_what_a_package_does_not_have_any_more_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usr").mkdir()
    monkeypatch.setattr(installation, "NOT_NEEDED", ("usr",))
    installation._remove_what_is_not_needed(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match=r"Debian's swiftlang has no usr any more: correct installation\.py"):
        installation._remove_what_is_not_needed(tmp_path)


@pytest.mark.ios
def test_it_is_swift_6(ios_lab: IosLab) -> None:
    said = run_in_root(ios_lab, ["swift", "--version"], "swift")
    assert re.search(r"^Swift version 6\.\d+", said, flags=re.MULTILINE)
