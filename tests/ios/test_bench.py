"""``bench`` and ``verify`` on an iPhone, from the command line to the app's Swift and back.

A program stands for Xcode's (`tests.device_lab.iphone`), and `edge.runtimes` for the runtimes of the app.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.devices import ios
from edge.devices.ios_app import BUNDLE_IDENTIFIER
from edge.devices.ios_devicectl import Devicectl
from tests.device_lab.iphone import DEVICE, UDID, IPhone, make_iphone
from tests.ios_lab.desktop_program import SYSTEM_VERSION, DesktopProgram

pytestmark = pytest.mark.ios

PACKAGE, PROGRAM = "coreml-fp16-16", "executorch-int8-dynamic-16"
SHORT = ("--runs", 5, "--seconds", 0, "--json")


@pytest.fixture
def iphone(desktop_program: DesktopProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IPhone:
    """Return an iPhone with the app, which this process takes for one behind Xcode."""
    made = make_iphone(tmp_path / "iphone", BUNDLE_IDENTIFIER)
    made.set("launcher", desktop_program.launcher(made.container))
    monkeypatch.setattr(ios, "find_devicectl", lambda: Devicectl(made.xcrun))
    return made


def test_bench_measures_with_the_app(iphone: IPhone, squeezebert_edge: Callable, bundle: Path) -> None:
    finished = squeezebert_edge("bench", bundle, "--device", "ios", "--artifact", PROGRAM, *SHORT)

    assert finished.status == 0, finished.stderr
    document = json.loads(finished.stdout)
    (row,) = document["results"]
    assert (row["artifact"], row["passed"]) == (PROGRAM, True)
    assert row["runs"] >= 5
    assert row["peak_rss_mb"] > 5
    launches = [call for call in iphone.calls() if call[1:4] == ["device", "process", "launch"]]
    assert [call[call.index(BUNDLE_IDENTIFIER) + 1] for call in launches] == ["describe", "work", "clean"]
    # The app removed what was its own.
    assert list((iphone.container / "Documents").iterdir()) == []


def test_verify_compares_what_the_app_computes(iphone: IPhone, squeezebert_edge: Callable, bundle: Path) -> None:
    finished = squeezebert_edge("verify", bundle, "--device", "ios", "--compute-units", "ne", "--json")

    assert finished.status == 0, finished.stderr
    document = json.loads(finished.stdout)
    assert document["passed"]
    assert [row["id"] for row in document["artifacts"]] == [PACKAGE, PROGRAM]
    assert document["information"]["runtimes"]["iOS"] == SYSTEM_VERSION


def test_a_file_that_was_changed_on_the_device(iphone: IPhone, squeezebert_edge: Callable, bundle: Path) -> None:
    words = ("verify", bundle, "--device", "ios", "--artifact", PROGRAM)
    assert squeezebert_edge(*words, "--keep-files").status == 0
    artifact = iphone.files / "bundle" / open_bundle(bundle).artifact(PROGRAM).file
    content = bytearray(artifact.read_bytes())
    content[len(content) // 2] ^= 1
    artifact.write_bytes(content)

    finished = squeezebert_edge(*words)

    assert finished.status == 2
    message = finished.stderr.splitlines()[-1]
    assert message.startswith(f"error: ios:{UDID}: ")
    assert "int8-dynamic-16.pte: its checksum differs from the manifest's; copy the bundle again" in message


def test_a_package_for_a_newer_system(iphone: IPhone, squeezebert_edge: Callable, bundle: Path) -> None:
    old = {**DEVICE, "deviceProperties": {**DEVICE["deviceProperties"], "osVersionNumber": "16.7"}}
    iphone.set("devices", [old])

    finished = squeezebert_edge("bench", bundle, "--device", "ios", "--artifact", PACKAGE, *SHORT)

    assert finished.status == 2
    assert "it needs iOS 17, the device has iOS 16.7" in finished.stderr.splitlines()[-1]
