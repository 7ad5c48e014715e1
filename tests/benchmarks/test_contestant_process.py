"""A contestant's process: what it answers, and how it ends."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.building import BuildResult
from benchmarks.built import Built, TensorShape, read_built
from benchmarks.contestant import CONTESTANTS
from benchmarks.contestant_process import ContestantProcess
from benchmarks.rounds import RoundsRule
from benchmarks.timing import CONTROL, Comparison, time_setting
from benchmarks.worker import Task, measure_burst
from edge.bundle import open_bundle
from edge.child_process import silent_stage
from edge.errors import ConversionError

LENGTH = 16
QUICK = RoundsRule(rounds=2, burst_seconds=0.01, pause_seconds=0.0)


@pytest.fixture
def bundle(small_bundle):
    return open_bundle(small_bundle)


def built_of(bundle, format_name):
    artifact = bundle.artifact(f"{format_name}-int8-dynamic-{LENGTH}")
    shapes = [
        tuple(TensorShape(spec.name, spec.dtype, tuple(spec.shape)) for spec in side)
        for side in (artifact.inputs, artifact.outputs)
    ]
    return Built(format_name, bundle.path(artifact), shapes[0], shapes[1], artifact.parity)


@pytest.fixture
def task(bundle):
    return Task(built_of(bundle, "tflite"), bundle.directory / "golden", LENGTH, threads=1)


def process_of(child_folder):
    """Return the ids of the processes whose arguments lie in `child_folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode()
            except OSError:
                continue
            if str(child_folder) in words:
                found.append(int(entry.name))
    return found


def test_description_survives_json(bundle):
    built = replace(built_of(bundle, "tflite"), operators={"ADD": (3, 1)})

    assert read_built(built.as_dict()) == built


def test_burst_has_at_least_as_many_inferences_as_asked_and_one_before(task):
    calls = []

    times = measure_burst(lambda: calls.append(1), seconds=0.0, least=4)

    assert len(times) == 4
    assert len(calls) == 5


@pytest.mark.parametrize("format_name", ["tflite", "executorch", "onnx"])
def test_artifact_is_loaded_and_measured(bundle, tmp_path, format_name):
    built = built_of(bundle, format_name)

    with ContestantProcess("one", Task(built, bundle.directory / "golden", LENGTH, 1), tmp_path) as process:
        times = process.burst(seconds=0.05, least=3)

    assert len(times) >= 3
    assert all(ms > 0 for ms in times)
    assert process.cost.load_ms > 0
    assert process.cost.first_ms > 0
    assert (process.cost.mapped_bytes > 0) == (format_name != "onnx")


def test_outputs_are_those_of_the_golden_examples(bundle, task, tmp_path):
    with ContestantProcess("one", task, tmp_path) as process:
        process.save_outputs(tmp_path / "outputs.npz")

    with np.load(tmp_path / "outputs.npz") as archive:
        assert len([name for name in archive.files if name.endswith("/logits")]) == 64
        assert archive["0/logits"].shape == (1, 3)


def test_measured_parity_is_the_products_own(bundle, task, tmp_path):
    result = BuildResult(CONTESTANTS["huggingface-litert-fp32"], LENGTH, replace(task.built, parity=None), None)
    folder = tmp_path / f"huggingface-litert-fp32-{LENGTH}"
    folder.mkdir()
    (folder / "unit.json").write_text('{"built": {"huggingface-litert-fp32": {}}}')
    compare = Comparison(task.golden, LENGTH, "text-classification", tmp_path)

    with ContestantProcess("one", task, tmp_path) as process:
        compare(result, process)

    assert compare.parity["huggingface-litert-fp32"]["sqnr_db"] == pytest.approx(task.built.parity["sqnr_db"], abs=0.01)


def test_process_ends_with_its_context(task, tmp_path):
    with ContestantProcess("one", task, tmp_path):
        assert process_of(tmp_path / "one.json")

    assert not process_of(tmp_path / "one.json")


def test_process_that_cannot_load_says_why(task, tmp_path):
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"no flatbuffer")

    with pytest.raises(ConversionError, match=r"^one: its process ended with status 1 \(.*damaged\.tflite"):
        ContestantProcess("one", replace(task, built=replace(task.built, file=damaged)), tmp_path)

    assert not process_of(tmp_path / "one.json")


def test_killed_process_is_an_error_of_the_next_request(task, tmp_path):
    with ContestantProcess("one", task, tmp_path) as process:
        os.kill(process_of(tmp_path / "one.json")[0], signal.SIGKILL)
        time.sleep(0.2)

        with pytest.raises(ConversionError, match="one: its process ended with status -9"):
            process.burst(0.01, 1)


def test_setting_has_a_control_and_a_line_for_what_failed(bundle, task, tmp_path):
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"no flatbuffer")
    results = [
        BuildResult(CONTESTANTS["tflite-int8-static"], LENGTH, None, "GateError: too far"),
        BuildResult(CONTESTANTS["tflite-fp32"], LENGTH, replace(task.built, file=damaged), None),
        BuildResult(CONTESTANTS["tflite-int8-dynamic"], LENGTH, task.built, None),
    ]

    setting = time_setting(results, LENGTH, 1, task.golden, QUICK, silent_stage)

    assert setting.control_of == "tflite-int8-dynamic"
    assert set(setting.bursts) == {"tflite-int8-dynamic", CONTROL}
    assert [len(bursts) for bursts in setting.bursts.values()] == [2, 2]
    assert list(setting.failures) == ["tflite-fp32"]
    assert list(setting.loads) == ["tflite-int8-dynamic"]
