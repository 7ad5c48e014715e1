"""``squeezebert-edge bench``: latency, load time and memory of each artifact on this host."""

import json
import sys

import jsonschema
import pytest

NUMBER = {"type": "number", "exclusiveMinimum": 0}
QUICK = ("--seconds", "0.1")
MEASURED = ("tflite-int8-dynamic-16", "onnx-int8-dynamic-32")


def strict_object(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


LATENCY = strict_object(**dict.fromkeys(("p50", "p90", "p99", "mean", "min"), NUMBER))
RESULT = strict_object(
    artifact={"type": "string"},
    format={"enum": ["executorch", "coreml", "tflite", "onnx"]},
    recipe={"type": "string"},
    sequence_length={"type": "integer"},
    device={"const": "host"},
    threads={"type": "integer", "minimum": 1},
    runs={"type": "integer", "minimum": 50},
    latency_ms=LATENCY,
    load_ms=NUMBER,
    peak_rss_mb=NUMBER,
    core_ml={"type": "null"},
)
SCHEMA = strict_object(results={"type": "array", "items": RESULT, "minItems": 1})


@pytest.fixture
def bench(squeezebert_edge, small_bundle):
    """Return a function that measures some artifacts of the small bundle."""

    def measure(*options, artifacts=MEASURED):
        chosen = [word for name in artifacts for word in ("--artifact", name)]
        return squeezebert_edge("bench", small_bundle, *chosen, *QUICK, *options)

    return measure


def test_json_has_the_documented_schema(bench):
    finished = bench("--json")

    assert finished.status == 0
    jsonschema.validate(json.loads(finished.stdout), SCHEMA)


def test_results_are_those_of_the_artifacts_in_order(bench):
    results = json.loads(bench("--json").stdout)["results"]

    assert [result["artifact"] for result in results] == list(MEASURED)
    assert [result["sequence_length"] for result in results] == [16, 32]


def test_percentiles_are_in_order(bench):
    for result in json.loads(bench("--json").stdout)["results"]:
        latency = result["latency_ms"]
        assert latency["min"] <= latency["p50"] <= latency["p90"] <= latency["p99"]


def test_number_of_runs_and_threads_can_be_chosen(bench):
    finished = bench("--runs", 3000, "--threads", 1, "--json", artifacts=MEASURED[:1])

    (result,) = json.loads(finished.stdout)["results"]
    assert result["runs"] >= 3000
    assert result["threads"] == 1


def test_table_has_a_row_for_each_artifact(bench):
    finished = bench()

    assert finished.status == 0
    assert all(name in finished.stdout for name in (*MEASURED, "p50 ms", "load ms", "peak MB"))


def test_progress_goes_to_stderr(bench):
    assert "run tflite-int8-dynamic-16" in bench("--json").stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS runs Core ML itself")
def test_core_ml_off_macos_is_noted_and_not_measured(bench):
    finished = bench("--json", artifacts=["coreml-int8-weight-16", MEASURED[0]])

    assert "note: coreml-int8-weight-16 is not measured here" in finished.stderr
    assert [result["artifact"] for result in json.loads(finished.stdout)["results"]] == [MEASURED[0]]
