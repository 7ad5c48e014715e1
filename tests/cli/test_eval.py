"""``squeezebert-edge eval``: the task's metric on labelled data, beside the checkpoint that was built."""

import json

import jsonschema
import pytest

SHARE = {"type": "number", "minimum": 0, "maximum": 1}
CHOSEN = ("tflite-int8-dynamic-16", "onnx-int8-dynamic-32")


def strict_object(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


RESULT = strict_object(
    artifact={"type": "string"}, value=SHARE, reference=SHARE, delta={"type": "number"}, agreement=SHARE
)
SCHEMA = strict_object(
    task={"const": "text-classification"},
    metric={"const": "accuracy"},
    rows={"type": "integer"},
    reference_source={"type": "string"},
    results={"type": "array", "items": RESULT, "minItems": 1},
)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("text,label\npay my bill,negative\nthe movie is great,Positive\nplay music,1\n")
    return path


@pytest.fixture
def evaluate(squeezebert_edge, small_bundle, data):
    """Return a function that evaluates some artifacts of the small bundle."""

    def run(*options, artifacts=CHOSEN):
        chosen = [word for name in artifacts for word in ("--artifact", name)]
        return squeezebert_edge("eval", small_bundle, "--data", data, *chosen, *options)

    return run


def test_json_has_the_documented_schema(evaluate):
    finished = evaluate("--json")

    assert finished.status == 0, finished.stderr
    document = json.loads(finished.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["rows"] == 3
    assert [result["artifact"] for result in document["results"]] == list(CHOSEN)


def test_reference_is_the_checkpoint_that_build_was_given(evaluate, small_checkpoint):
    finished = evaluate("--json")

    assert json.loads(finished.stdout)["reference_source"] == f"checkpoint {small_checkpoint}"
    assert f"reference: checkpoint {small_checkpoint}" in finished.stderr


def test_table_has_a_row_for_each_artifact(evaluate):
    finished = evaluate("--rows", 2)

    assert finished.status == 0, finished.stderr
    assert all(name in finished.stdout for name in (*CHOSEN, "accuracy", "fp32", "delta", "agreement", "2 rows"))
    assert "run tflite-int8-dynamic-16" in finished.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.csv", None, "no such file"),
        ("data.xlsx", "", "data is read from .txt, .jsonl, .csv"),
        ("data.csv", "text\na\n", "data.csv, line 2: text-classification is evaluated with label in each row"),
        ("data.csv", "text,label\na,angry\n", "data.csv, line 2: the model has no label 'angry'; it has negative, "),
    ],
)
def test_bad_data_is_one_line(squeezebert_edge, small_bundle, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)

    finished = squeezebert_edge("eval", small_bundle, "--data", tmp_path / name)

    assert finished.status == 2
    (line,) = finished.stderr.splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--artifact", "tflite-fp64-16"), "no artifact 'tflite-fp64-16'"),
        (("--checkpoint", "/nowhere/model"), "no such directory"),
        (("--rows", "0"), "--rows"),
    ],
)
def test_bad_option_is_one_line(evaluate, options, message):
    finished = evaluate(*options, artifacts=())

    assert finished.status == 2
    (line,) = [line for line in finished.stderr.splitlines() if "tokenize" not in line]
    assert message in line


def test_data_is_asked_for(squeezebert_edge, small_bundle):
    finished = squeezebert_edge("eval", small_bundle)

    assert finished.status == 2
    assert "--data" in finished.stderr
