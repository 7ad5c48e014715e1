"""The Python program that runs one artifact: a request file in, an answer file out."""

import json
import os
import subprocess
import sys

import pytest

from edge.bundle import open_bundle
from edge.devices.work import Answer, MeasurementRule, WorkRequest
from edge.golden import load_golden, load_outputs
from edge.parity import measure_parity
from edge.tasks import find_task

ARTIFACT = "tflite-int8-dynamic-16"
# Seconds that no machine takes.
PATIENCE = 300
RULE = MeasurementRule(minimum_runs=7, minimum_seconds=0)


@pytest.fixture
def ask(small_bundle, tmp_path):
    """Return a function that gives the worker a request for the small bundle and returns its answer."""

    def answer(stdin=None, **changes):
        document = WorkRequest(bundle=str(small_bundle), artifact=ARTIFACT, sequence_length=16, threads=1).model_dump()
        (tmp_path / "request.json").write_text(json.dumps({**document, **changes}, default=lambda rule: rule.__dict__))
        command = [sys.executable, "-m", "edge.devices.worker", "request.json", "answer.json"]
        with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.wait(timeout=PATIENCE)
        return Answer.model_validate_json((tmp_path / "answer.json").read_bytes())

    return answer


def test_answer_says_what_computed(ask):
    result = ask().result

    assert result.program.startswith("squeezebert-edge ")
    assert result.runtime.startswith("ai-edge-litert ")
    assert (result.artifact, result.sequence_length, result.threads) == (ARTIFACT, 16, 1)
    assert result.load_ms > 0


def test_nothing_is_measured_or_run_that_was_not_asked_for(ask, tmp_path):
    result = ask().result

    assert result.timing is None
    assert result.worst_cosine is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "request.json"]


def test_every_run_comes_home(ask):
    timing = ask(measurement=RULE.model_dump()).result.timing

    assert len(timing.latencies_ms) == 7
    assert len(timing.warm_up_ms) >= 2 * RULE.warm_up_window
    assert timing.peak_rss_mb > 10


def test_outputs_lie_beside_the_request_in_the_places_of_the_references(ask, small_bundle, tmp_path):
    result = ask(outputs="outputs.f32").result

    golden = load_golden(small_bundle / "golden", 16)
    outputs = load_outputs(golden, tmp_path / "outputs.f32")
    task = find_task(open_bundle(small_bundle).manifest.model.task)
    parity = measure_parity(golden.outputs, outputs, task)
    assert parity == open_bundle(small_bundle).artifact(ARTIFACT).parity
    assert result.worst_cosine == parity["cosine"]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not choose cores")
def test_cores_are_those_asked_for(ask):
    first = min(os.sched_getaffinity(0))

    assert ask(cores=[first]).result.cores == [first]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"artifact": "onnx-fp32-99"}, "no artifact 'onnx-fp32-99'"),
        ({"bundle": "missing"}, "missing: no such bundle"),
        ({"sequence_length": 77}, f"{ARTIFACT} has no length 77, only 16"),
        ({"cores": [4000]}, "cores 4000 cannot be chosen"),
        ({"threads": "many"}, "the request's threads: "),
        (
            {"colour": "red"},
            "the request's colour: Extra inputs are not permitted; use the same squeezebert-edge on both",
        ),
        ({"schema_version": 2}, "the request's schema_version: "),
    ],
)
def test_what_it_cannot_do_is_said_in_one_line(ask, changes, message):
    answer = ask(**changes)

    assert answer.result is None
    assert answer.error.type == "InputError"
    assert message in answer.error.message
    assert "\n" not in answer.error.message


def test_it_ends_when_its_stdin_does(small_bundle, tmp_path):
    rule = MeasurementRule(minimum_seconds=1e6)
    request = WorkRequest(bundle=str(small_bundle), artifact=ARTIFACT, sequence_length=16, threads=1, measurement=rule)
    (tmp_path / "request.json").write_text(request.model_dump_json())
    command = [sys.executable, "-m", "edge.devices.worker", "request.json", "answer.json"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE) as process:
        process.stdin.close()

        assert process.wait(timeout=PATIENCE) == 1
    assert not (tmp_path / "answer.json").exists()
