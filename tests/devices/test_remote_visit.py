"""Artifacts that run on a device: this machine's own shell, its Python and the real worker."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.devices import Work
from edge.devices.host import HostDevice
from edge.devices.posix_probe import probe_host
from edge.devices.remote_folder import open_folder
from edge.devices.remote_program import RemoteProgram
from edge.devices.remote_visit import RemoteVisit
from edge.devices.work import MeasurementRule
from edge.errors import InputError
from edge.golden import load_golden
from edge.manifest import ArtifactInfo
from tests.devices.shell_connection import ShellConnection

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shell of a device is Linux's")

WORK = Work(threads=1, time_limit=300)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[RemoteVisit]:
    (tmp_path / "home").mkdir()
    program = RemoteProgram(
        "squeezebert-edge",
        f"exec {shlex.quote(sys.executable)} -P -m edge.devices.worker request.json answer.json",
        {},
        lambda artifact: None,
        "install it again",
    )
    with open_folder(ShellConnection(tmp_path), str(tmp_path / "home"), "device") as folder:
        yield RemoteVisit(folder, probe_host(), program)


@pytest.fixture
def artifact(small_bundle: Path) -> ArtifactInfo:
    return open_bundle(small_bundle).artifact("onnx-int8-dynamic-16")


def test_outputs_are_those_of_this_machine(visit, small_bundle, artifact):
    (there,) = visit.run(small_bundle, [artifact], WORK, silent_stage)

    (here,) = HostDevice().run(small_bundle, [artifact], WORK, silent_stage)
    for found, expected in zip(there.outputs, here.outputs, strict=True):
        assert found["logits"].tolist() == expected["logits"].tolist()
    assert len(there.outputs) == len(load_golden(small_bundle / "golden", 16).examples)


def test_a_measurement_follows_the_rule(visit, small_bundle, artifact):
    work = replace(WORK, rule=MeasurementRule(minimum_runs=7, minimum_seconds=0), with_outputs=False)

    (run,) = visit.run(small_bundle, [artifact], work, silent_stage)

    assert run.outputs is None
    assert len(run.result.timing.latencies_ms) == 7


def test_only_what_an_artifact_needs_is_there(visit, small_bundle, artifact):
    visit.run(small_bundle, [artifact], WORK, silent_stage)

    place = Path(visit.folder.path)
    assert sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()) == [
        "bundle/golden/16.f32",
        "bundle/golden/16.json",
        "bundle/manifest.json",
        "bundle/onnx/int8-dynamic-16.onnx",
        "holder",
        "lock",
    ]


def test_an_error_there_names_the_device(visit, small_bundle, artifact):
    work = replace(WORK, cores=(4095,))

    with pytest.raises(InputError, match=r"^shell: cores 4095 cannot be chosen"):
        visit.run(small_bundle, [artifact], work, silent_stage)


def test_a_file_that_the_bundle_lacks_is_named(visit, copied_bundle, artifact):
    (copied_bundle / artifact.file).unlink()

    with pytest.raises(InputError, match=r"int8-dynamic-16\.onnx: missing, or no file; build the bundle again"):
        visit.run(copied_bundle, [artifact], WORK, silent_stage)
