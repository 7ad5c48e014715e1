"""``squeezebert-edge bench``: latency, load time and memory of each artifact on this host."""

import json
import os
import shutil
import sys

import pytest

import edge
from edge.bundle import open_bundle
from edge.devices.host_lock import measuring_alone
from edge.devices.visit_document import VisitDocument
from tests.checkpoints import save_squeezebert

QUICK = ("--runs", "20", "--seconds", "0.1")
MEASURED = ("tflite-int8-dynamic-16", "onnx-int8-dynamic-32")


def put_another_model(file):
    """Put the .tflite of a checkpoint with other weights in the place of `file`."""
    folder = file.parents[2] / "other"
    save_squeezebert(folder / "checkpoint", seed=1)
    edge.build(folder / "checkpoint", folder / "bundle", formats=["tflite"], sequence_lengths=[16])
    shutil.copy(folder / "bundle" / "tflite" / file.name, file)


@pytest.fixture
def bench(squeezebert_edge, copied_bundle):
    """Return a function that measures some artifacts of a bundle."""

    def measure(*options, artifacts=MEASURED):
        chosen = [word for name in artifacts for word in ("--artifact", name)]
        return squeezebert_edge("bench", copied_bundle, *chosen, *QUICK, *options)

    return measure


def test_json_is_the_visit_document(bench):
    finished = bench("--json")

    assert finished.status == 0
    document = VisitDocument.model_validate_json(finished.stdout)
    assert document.device.kind == "host"
    assert document.passed


def test_results_are_those_of_the_artifacts_in_order(bench):
    results = json.loads(bench("--json").stdout)["results"]

    assert [result["artifact"] for result in results] == list(MEASURED)
    assert [result["sequence_length"] for result in results] == [16, 32]


def test_percentiles_are_in_order(bench):
    for result in json.loads(bench("--json").stdout)["results"]:
        latency = result["latency_ms"]
        assert 0 < latency["min"] <= latency["p50"] <= latency["p90"] <= latency["p99"]


def test_parity_is_proven_in_the_same_visit(bench, copied_bundle):
    results = json.loads(bench("--json").stdout)["results"]

    for result in results:
        assert result["parity"] == open_bundle(copied_bundle).artifact(result["artifact"]).parity
        assert result["passed"]


def test_artifact_that_computes_something_else_fails(bench, copied_bundle):
    put_another_model(copied_bundle / "tflite" / "int8-dynamic-16.tflite")

    finished = bench(artifacts=MEASURED[:1])

    assert finished.status == 1
    assert "error: on host: tflite-int8-dynamic-16: " in finished.stderr
    assert "FAIL" in finished.stdout


def test_number_of_runs_and_threads_can_be_chosen(bench):
    finished = bench("--runs", 3000, "--threads", 1, "--json", artifacts=MEASURED[:1])

    (result,) = json.loads(finished.stdout)["results"]
    assert result["runs"] >= 3000
    assert result["threads"] == 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not choose cores")
def test_cores_can_be_chosen(bench):
    first = min(os.sched_getaffinity(0))

    finished = bench("--cores", first, "--json", artifacts=MEASURED[:1])

    assert json.loads(finished.stdout)["results"][0]["cores"] == [first]


def test_table_has_a_row_for_each_artifact(bench):
    finished = bench()

    assert finished.status == 0
    assert all(name in finished.stdout for name in (*MEASURED, "p50", "load", "peak", "cosine", "pass"))


def test_progress_goes_to_stderr(bench):
    assert "run tflite-int8-dynamic-16" in bench("--json").stderr


def test_every_visit_is_kept_beside_the_bundle(bench, squeezebert_edge, copied_bundle):
    bench("--label", "before", artifacts=MEASURED[:1])
    bench(artifacts=MEASURED[1:])

    finished = squeezebert_edge("bench", copied_bundle, "--history", "--json")

    first, second = json.loads(finished.stdout)
    assert copied_bundle.with_name("sentiment.history.sqlite").is_file()
    assert (first["number"], first["label"], first["measurements"][0]["artifact"]) == (1, "before", MEASURED[0])
    assert (second["number"], second["label"], second["measurements"][0]["artifact"]) == (2, None, MEASURED[1])


def test_history_is_a_table_too(bench, squeezebert_edge, copied_bundle):
    bench("--label", "before", artifacts=MEASURED[:1])

    finished = squeezebert_edge("bench", copied_bundle, "--history")

    assert finished.status == 0
    assert all(word in finished.stdout for word in ("before", MEASURED[0], "p50 ms"))


def test_without_a_visit_there_is_no_history(squeezebert_edge, copied_bundle):
    finished = squeezebert_edge("bench", copied_bundle, "--history")

    assert finished.status == 2
    assert "nothing is kept yet; 'squeezebert-edge bench " in finished.stderr


def test_comparison_says_what_it_compared(bench):
    bench("--label", "before", artifacts=MEASURED[:1])

    finished = bench("--compare", "before", "--json", artifacts=MEASURED[:1])

    (compared,) = json.loads(finished.stdout)["comparison"]["artifacts"]
    # A tenth of a second is no measurement.
    assert (compared["artifact"], compared["verdict"]) == (MEASURED[0], "too few runs")


@pytest.mark.parametrize("reference", ["last", "7", "never"])
def test_comparison_with_nothing_is_refused_before_anything_runs(bench, reference):
    finished = bench("--compare", reference)

    assert finished.status == 2
    assert "no visit to compare with yet" in finished.stderr
    assert "run tflite" not in finished.stderr


def test_bundle_where_nothing_can_be_written_is_measured_all_the_same(bench, copied_bundle):
    # Stands for a folder that may not be written, which root always may.
    copied_bundle.with_name("sentiment.history.sqlite").mkdir()

    finished = bench("--json", artifacts=MEASURED[:1])

    assert finished.status == 0
    assert "note: this visit is not kept: " in finished.stderr


def test_another_bench_on_this_machine_is_refused(bench):
    with measuring_alone():
        finished = bench()

    assert finished.status == 1
    assert "error: this machine is being measured by another bench" in finished.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--device", "toaster"), "unknown device 'toaster': name host, ssh:USER@HOST, adb[:SERIAL] or ios:UDID"),
        (("--runner", "native"), "--runner native is for other devices"),
        (("--keep-files",), "--keep-files is for other devices"),
        (("--cores", "a-b"), "'a-b' is no list of cores: write 0-3, or 4,6,7"),
        (("--cores", "4000"), "cores 4000 cannot be chosen"),
        (("--label", "12"), "label '12': take one that is no visit's number"),
    ],
)
def test_wrong_options_are_refused_in_one_line(bench, options, message):
    finished = bench(*options, artifacts=MEASURED[:1])

    assert finished.status == 2
    assert finished.stderr.splitlines()[-1].startswith(f"error: {message}")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS runs Core ML itself")
def test_core_ml_off_macos_is_noted_and_not_measured(bench):
    finished = bench("--json", artifacts=["coreml-int8-weight-16", MEASURED[0]])

    assert "note: coreml-int8-weight-16 is not measured here" in finished.stderr
    assert [result["artifact"] for result in json.loads(finished.stdout)["results"]] == [MEASURED[0]]
