"""The contract with programs on devices: what apps in other languages read and write."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from edge.devices.work import (
    Answer,
    DeviceState,
    MeasurementRule,
    Timing,
    WorkError,
    WorkRequest,
    WorkResult,
    json_schema,
)

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "device-work.schema.json"

REQUEST = WorkRequest(bundle="bundle", artifact="executorch-int8-dynamic-32", sequence_length=32, threads=4)
TIMING = Timing(
    warm_up_ms=[3.0, 2.0],
    latencies_ms=[1.5, 1.25],
    warmed_up=True,
    peak_rss_mb=None,
    before=DeviceState(temperature_c=41.5),
    after=DeviceState(),
)
RESULT = WorkResult(
    program="squeezebert-edge 0.1.0",
    runtime="ai-edge-litert 2.3.0",
    artifact="tflite-fp32-32",
    sequence_length=32,
    threads=1,
    load_ms=12.5,
    timing=TIMING,
)


def test_published_schema_is_that_of_the_types():
    assert json.loads(SCHEMA_FILE.read_text()) == json_schema(), "run `make schema`"


def valid(name, document):
    schema = json_schema()
    jsonschema.validate(document, {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("WorkRequest", REQUEST),
        ("WorkRequest", REQUEST.model_copy(update={"measurement": MeasurementRule(), "outputs": "outputs.f32"})),
        ("Answer", Answer(result=RESULT)),
        ("Answer", Answer(error=WorkError(type="InputError", message="no such artifact"))),
    ],
)
def test_documents_follow_the_schema(name, document):
    valid(name, document.model_dump(mode="json"))


@pytest.mark.parametrize("document", [REQUEST, Answer(result=RESULT)])
def test_documents_read_as_they_were_written(document):
    assert type(document).model_validate_json(document.model_dump_json()) == document


def test_an_app_may_leave_out_what_it_does_not_know():
    answer = Answer.model_validate(
        {
            "result": {
                "program": "android_demo 1.0",
                "runtime": "executorch 1.5.1",
                "artifact": "executorch-fp32-32",
                "sequence_length": 32,
                "threads": 4,
                "load_ms": 20,
            }
        }
    )

    assert answer.result.timing is None
    assert answer.result.worst_cosine is None


@pytest.mark.parametrize("change", [{"colour": "red"}, {"threads": None}, {"schema_version": 2}])
def test_anything_else_is_refused(change):
    with pytest.raises(ValidationError):
        WorkRequest.model_validate({**REQUEST.model_dump(), **change})
