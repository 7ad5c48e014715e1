"""Folders for onnxruntime and transformers.js, without these clients: what lies there, and what the model computes."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest

from edge.bundle import open_bundle
from edge.clients import find_client
from edge.clients.export import export
from edge.golden import load_golden
from edge.model_inputs import pad_inputs
from edge.runtimes.onnx import load
from tests.bundles import correct_the_manifest

ARTIFACT = "onnx-int8-dynamic-32"
MODEL_FILES = {"onnxruntime": "model.onnx", "transformersjs": "onnx/model_quantized.onnx"}


@pytest.fixture(scope="module", params=MODEL_FILES)
def exported(request, small_bundle, tmp_path_factory):
    """Return the client's name and its folder."""
    folder = tmp_path_factory.mktemp(request.param) / "exported"
    export(open_bundle(small_bundle), find_client(request.param), folder)
    return request.param, folder


@pytest.fixture(scope="module")
def model_file(exported):
    client, folder = exported
    return folder / MODEL_FILES[client]


@pytest.fixture(scope="module")
def examples(small_bundle):
    return load_golden(small_bundle / "golden", 32).examples


def batch(examples, length):
    rows = [
        pad_inputs(each.input_ids, each.token_type_ids, ("input_ids", "attention_mask", "token_type_ids"), length, 0)
        for each in examples
    ]
    return {name: np.concatenate([row[name] for row in rows]).astype(np.int64) for name in rows[0]}


def logits(session, feed):
    return session.run(["logits"], feed)[0]


def test_the_folder_has_what_the_client_looks_for(exported):
    client, folder = exported

    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    assert files == sorted(["README.md", "config.json", "tokenizer.json", "tokenizer_config.json", MODEL_FILES[client]])


def test_names_and_types_are_those_of_hugging_faces_exporters(model_file):
    onnx.checker.check_model(onnx.load(model_file), full_check=True)
    session = onnxruntime.InferenceSession(model_file, providers=["CPUExecutionProvider"])

    names = ["input_ids", "attention_mask", "token_type_ids"]
    assert [(each.name, each.type, each.shape) for each in session.get_inputs()] == [
        (name, "tensor(int64)", ["batch", "sequence"]) for name in names
    ]
    assert [(each.name, each.type, each.shape) for each in session.get_outputs()] == [
        ("logits", "tensor(float)", ["batch", 3])
    ]


def test_a_batch_of_any_length_gives_what_the_artifact_gives(model_file, small_bundle, examples):
    bundle = open_bundle(small_bundle)
    artifact = bundle.artifact(ARTIFACT)
    runtime = load(bundle.path(artifact), artifact.inputs, artifact.outputs, threads=1)
    session = onnxruntime.InferenceSession(model_file, providers=["CPUExecutionProvider"])
    chosen = sorted(examples, key=lambda each: len(each.input_ids))[:8]
    longest = len(chosen[-1].input_ids)
    names = [spec.name for spec in artifact.inputs]
    expected = np.concatenate(
        [runtime.run(pad_inputs(each.input_ids, each.token_type_ids, names, 32, 0))["logits"] for each in chosen]
    )

    for length in (longest, 32):
        # Sums of another order may move a value across a step of int8, so a tenth of what int8 itself costs.
        np.testing.assert_allclose(logits(session, batch(chosen, length)), expected, atol=5e-3)


def test_what_stands_in_the_padding_does_not_matter(model_file, examples):
    session = onnxruntime.InferenceSession(model_file, providers=["CPUExecutionProvider"])
    feed = batch(examples[:4], 32)
    other = {**feed, "input_ids": np.where(feed["attention_mask"] == 0, 99, feed["input_ids"])}

    np.testing.assert_array_equal(logits(session, other), logits(session, feed))


def test_more_tokens_than_the_model_has_positions_are_an_error(model_file):
    session = onnxruntime.InferenceSession(model_file, providers=["CPUExecutionProvider"])
    ones = np.ones((1, 33), np.int64)

    with pytest.raises(Exception, match=r"Add|broadcast"):
        logits(session, dict.fromkeys(("input_ids", "attention_mask", "token_type_ids"), ones))


def test_config_has_the_labels_and_the_length(exported):
    client, folder = exported

    config = json.loads((folder / "config.json").read_text())
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text())

    assert config["id2label"] == {"0": "negative", "1": "neutral", "2": "positive"}
    assert config["label2id"] == {"negative": 0, "neutral": 1, "positive": 2}
    assert config["max_position_embeddings"] == tokenizer["model_max_length"] == 32
    # transformers.js has no SqueezeBERT class for some of the tasks.
    family = {"onnxruntime": ("squeezebert", "SqueezeBert"), "transformersjs": ("bert", "Bert")}[client]
    assert (config["model_type"], config["architectures"]) == (family[0], [f"{family[1]}ForSequenceClassification"])


def test_two_exports_are_the_same_bytes(exported, small_bundle, tmp_path):
    client, folder = exported

    export(open_bundle(small_bundle), find_client(client), tmp_path / "exported")

    for path in folder.rglob("*"):
        if path.is_file():
            assert (tmp_path / "exported" / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_an_artifact_of_an_older_version_is_refused_in_one_line(copied_bundle, squeezebert_edge, tmp_path):
    path = copied_bundle / "onnx" / "int8-dynamic-32.onnx"
    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.save(model, path)
    correct_the_manifest(copied_bundle)

    finished = squeezebert_edge("export", copied_bundle, "--to", "onnxruntime", "--out", tmp_path / "exported")

    assert finished.status == 2
    assert finished.stderr.strip().endswith("lacks the metadata that this version writes; build the bundle again")
    assert not (tmp_path / "exported").exists()


def test_a_model_that_computes_something_else_is_not_exported(copied_bundle, squeezebert_edge, tmp_path):
    path = copied_bundle / "onnx" / "int8-dynamic-32.onnx"
    model = onnx.load(path)
    (weights,) = (each for each in model.graph.initializer if each.name == "head.classifier.weight_scale")
    weights.raw_data = (-np.frombuffer(weights.raw_data, np.float32)).tobytes()
    onnx.save(model, path)
    correct_the_manifest(copied_bundle)

    finished = squeezebert_edge("export", copied_bundle, "--to", "onnxruntime", "--out", tmp_path / "exported")

    assert finished.status == 1
    assert "the exported model fails: onnx-int8-dynamic-32: cosine" in finished.stderr
    assert not (tmp_path / "exported").exists()
