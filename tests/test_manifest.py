"""manifest.json: typed, strict, the same bytes each time, and described by the schema that the apps decode."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from edge.artifact import Delegation, TensorSpec
from edge.manifest import (
    SCHEMA_VERSION,
    ArtifactInfo,
    FileInfo,
    Manifest,
    ModelInfo,
    SamplesInfo,
    TokenizerInfo,
    dump,
    json_schema,
)

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "manifest.schema.json"
CHECKSUM = "0" * 64


@pytest.fixture
def manifest():
    return Manifest(
        schema_version=SCHEMA_VERSION,
        model=ModelInfo(
            name="intents",
            task="text-classification",
            labels=["überweisen", "pay"],
            hidden_size=32,
            layers=2,
            groups={"q": 4, "k": 4, "v": 4, "post_attention": 1, "intermediate": 4, "output": 4},
            parameters=1000,
            source_sha256=CHECKSUM,
        ),
        tokenizer=TokenizerInfo(
            tokenizer_class="BertTokenizer",
            directory="tokenizer",
            vocab_size=100,
            lowercase=True,
            special_tokens={"unk": 1, "sep": 3, "pad": 0, "cls": 2, "mask": 4},
        ),
        vocabulary_pruning=None,
        max_length=128,
        artifacts=[
            ArtifactInfo(
                id="onnx-fp32-128",
                format="onnx",
                recipe="fp32",
                file="onnx/fp32-128.onnx",
                sha256=CHECKSUM,
                bytes=4,
                sequence_lengths=[128],
                inputs=[TensorSpec(name="input_ids", dtype="int32", shape=[1, 128])],
                outputs=[TensorSpec(name="logits", dtype="float32", shape=[1, 2])],
                minimum_runtime={"onnxruntime": "1.17"},
                delegation=Delegation(delegated_ops=9, other_ops=0),
                parity={"cosine": 1.0},
                accuracy={},
            )
        ],
        golden=[FileInfo(file="golden/128.json", sha256=CHECKSUM, bytes=2)],
        tokenizer_files=[],
        quantization=[],
        targets={"generic-x86-64": "onnx-fp32-128"},
        target_threads={"generic-x86-64": 4},
        toolchain={"torch": "2.13.0"},
        samples=SamplesInfo(seed=0, calibration_rows=256, verification_rows=64, source_sha256=CHECKSUM),
    )


def test_round_trip(manifest):
    assert Manifest.model_validate_json(dump(manifest)) == manifest


def test_text_is_sorted_and_readable(manifest):
    text = dump(manifest)

    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert "überweisen" in text


def test_schema_describes_it(manifest):
    jsonschema.validate(json.loads(dump(manifest)), json_schema())


@pytest.mark.parametrize("change", [{"extra": 1}, {"schema_version": 2}, {"max_length": "long"}])
def test_schema_and_types_refuse_the_same(manifest, change):
    document = {**json.loads(dump(manifest)), **change}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())
    with pytest.raises(ValidationError):
        Manifest.model_validate(document)


@pytest.mark.parametrize("field", sorted(set(Manifest.model_fields) - {"target_threads"}))
def test_every_field_but_the_threads_is_required(manifest, field):
    document = json.loads(dump(manifest))
    del document[field]

    with pytest.raises(ValidationError, match=field):
        Manifest.model_validate(document)


def test_bundle_of_a_version_that_knew_no_threads_is_read(manifest):
    document = json.loads(dump(manifest))
    del document["target_threads"]

    assert Manifest.model_validate(document).target_threads == {}


def test_exported_schema_is_current():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == json_schema()
