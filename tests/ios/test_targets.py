"""The app knows every device that artifacts are built for with Core ML; what it says of each, EdgeKit's tests check."""

import re

import pytest

from edge.target import load_targets, target_of
from tests.ios_lab.edge_kit import PACKAGE

pytestmark = pytest.mark.ios


def test_the_app_s_table_has_every_device_with_core_ml_and_what_stands_for_others() -> None:
    source = (PACKAGE / "Sources" / "EdgeKit" / "Files" / "AppleTarget.swift").read_text(encoding="utf-8")
    written = re.findall(r'^ +name: "(.*?)"', source, flags=re.MULTILINE)
    built = [target for target in load_targets().values() if target.devices and "coreml" in target.formats]
    other = target_of("a device of tomorrow", "aarch64")
    assert sorted(written) == sorted(target.name for target in (*built, other))
    # Patterns elsewhere; the app compares names.
    assert not any(set("*?[") & set(device) for target in built for device in target.devices)
