"""``--compute-units`` of ``verify`` and ``bench``: refused where it chooses nothing, and what a Mac would print."""

import json
from pathlib import Path

import pytest

from edge.devices.worker import work
from edge.runtimes import coreml
from tests.runtimes import core_ml_double

COREML, ONNX = "coreml-int8-weight-16", "onnx-int8-dynamic-16"
QUICK = ("--seconds", "0", "--runs", "1")


@pytest.fixture
def refusal(squeezebert_edge, small_bundle):
    """Return a function that returns the one line with which a command on the small bundle is refused."""

    def refuse(command, *options):
        finished = squeezebert_edge(command, small_bundle, *options)
        assert finished.status == 2
        assert finished.stdout == ""
        (line,) = finished.stderr.splitlines()
        return line

    return refuse


@pytest.fixture
def on_macos(monkeypatch):
    """Make the host a Mac whose Core ML is the double; what else runs in a process of its own runs in this one."""
    monkeypatch.setattr(coreml, "on_macos", lambda: True)
    monkeypatch.setattr("edge.runtimes.coreml_macos.platform.mac_ver", lambda: ("15.1", ("", "", ""), "arm64"))
    monkeypatch.setattr("coremltools.models.MLModel", core_ml_double.MLModel)
    monkeypatch.setattr("coremltools.models.compute_plan.MLComputePlan", core_ml_double.MLComputePlan)

    def run_here(jobs, stage, workers, time_limit):
        return [work(Path(), json.loads(json.dumps(job.arguments))) for job in jobs]

    monkeypatch.setattr("edge.devices.host.run_jobs", run_here)


@pytest.mark.parametrize("command", ["verify", "bench"])
def test_off_macos_there_is_nothing_to_choose(refusal, monkeypatch, command):
    monkeypatch.setattr(coreml, "on_macos", lambda: False)

    assert refusal(command, "--compute-units", "ne") == (
        "error: --compute-units chooses Core ML's devices and needs macOS; here packages are evaluated in numpy, so"
        " leave it out"
    )


@pytest.mark.parametrize("command", ["verify", "bench"])
def test_without_a_core_ml_artifact_there_is_nothing_to_choose(refusal, on_macos, command):
    assert refusal(command, "--artifact", ONNX, "--compute-units", "ne") == (
        "error: --compute-units chooses Core ML's devices, and no Core ML artifact is chosen; leave it out"
    )


@pytest.mark.parametrize("command", ["verify", "bench"])
def test_an_unknown_choice_lists_those_that_there_are(refusal, command):
    assert "'npu' is not one of 'cpu', 'gpu', 'ne', 'all'" in refusal(command, "--compute-units", "npu")


def test_verify_says_what_computed(squeezebert_edge, small_bundle, on_macos):
    words = ("verify", small_bundle, "--artifact", COREML, "--artifact", ONNX, "--compute-units", "cpu", "--json")

    finished = squeezebert_edge(*words)

    assert finished.status == 0
    on_core_ml, other = json.loads(finished.stdout)["artifacts"]
    assert on_core_ml["runtime"] == "Core ML (macOS 15.1, compute units cpu)"
    assert other["runtime"].startswith("onnxruntime ")


def test_bench_document_has_the_choice_and_the_placement(squeezebert_edge, copied_bundle, on_macos):
    words = (
        "bench",
        copied_bundle,
        "--artifact",
        COREML,
        "--artifact",
        ONNX,
        *QUICK,
        "--compute-units",
        "ne",
        "--json",
    )

    on_core_ml, other = json.loads(squeezebert_edge(*words).stdout)["results"]

    assert on_core_ml["core_ml"]["compute_units"] == "ne"
    assert set(on_core_ml["core_ml"]["placement"]["devices"]) == {"CPU", "Neural Engine"}
    assert on_core_ml["core_ml"]["placement"]["outside"]["ios17.gather"]["operators"] > 0
    assert other["core_ml"] is None


def test_bench_table_has_the_choice_and_a_line_of_placement(squeezebert_edge, copied_bundle, on_macos):
    finished = squeezebert_edge("bench", copied_bundle, "--artifact", COREML, *QUICK)

    assert finished.status == 0
    assert "units" in finished.stdout
    (row,) = [line for line in finished.stdout.splitlines() if COREML in line]
    assert row.split()[-1] == "all"
    (note,) = [line for line in finished.stderr.splitlines() if "Neural Engine" in line]
    assert note.startswith(f"note: {COREML}: ")
    assert "% of estimated cost; elsewhere ios17.gather" in note or "elsewhere ios17.cast" in note


def test_bench_without_core_ml_has_no_such_column(squeezebert_edge, copied_bundle):
    assert "units" not in squeezebert_edge("bench", copied_bundle, "--artifact", ONNX, *QUICK).stdout
