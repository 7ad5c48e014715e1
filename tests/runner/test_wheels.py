"""Wheels for other processors: what is said when pip cannot get one, or it is damaged."""

import os
from pathlib import Path

import pytest

from edge.errors import InputError
from edge.runner.wheels import unpack_wheel


def test_package_index_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    message = r"cannot download numpy==2\.4\.6 for Linux aarch64: .*; check the network"
    with pytest.raises(InputError, match=message) as error:
        unpack_wheel("numpy==2.4.6", "aarch64", tmp_path / "wheels", tmp_path / "site")
    assert "\n" not in str(error.value)


def test_damaged_wheel_is_removed(tmp_path: Path) -> None:
    wheel = tmp_path / "numpy-2.4.6-cp311-cp311-manylinux2014_aarch64.whl"
    wheel.write_bytes(b"half a wheel")
    with pytest.raises(InputError, match="is damaged and has been removed; run again"):
        unpack_wheel("numpy==2.4.6", "aarch64", tmp_path, tmp_path / "site")
    assert not wheel.exists()
