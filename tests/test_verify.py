"""Verification of a bundle: checksums first, then every artifact's outputs against the fp32 reference."""

import json
from contextlib import nullcontext

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from edge.bundle import open_bundle
from edge.devices import Work
from edge.devices.host import HostDevice
from edge.tasks import find_task
from edge.verify import failures, verify_artifacts
from tests.bundles import correct_the_manifest
from tests.conftest import SMALL_RECIPES

ONE_OF_EACH = [f"{name}-{recipe}-16" for name, recipe in SMALL_RECIPES.items()]
ONNX = "onnx-int8-dynamic-16"


def change_weights(bundle, ending, change):
    """Put ``change(values)`` in the place of the largest constant of the ONNX artifact whose name ends so."""
    path = bundle / "onnx" / "int8-dynamic-16.onnx"
    model = onnx.load(path)
    named = [tensor for tensor in model.graph.initializer if tensor.name.endswith(ending)]
    largest = max(named, key=lambda tensor: numpy_helper.to_array(tensor).size)
    values = change(numpy_helper.to_array(largest).copy())
    largest.CopyFrom(numpy_helper.from_array(values, largest.name))
    onnx.save(model, path)
    correct_the_manifest(bundle)


def flip_a_block(weights):
    weights[: len(weights) // 2] = 255 - weights[: len(weights) // 2]
    return weights


def verified(bundle, *ids):
    opened = open_bundle(bundle)
    artifacts = [opened.artifact(name) for name in ids]
    task = find_task(opened.manifest.model.task)
    return verify_artifacts(HostDevice(), bundle, artifacts, task, Work(threads=1), nullcontext)


@pytest.fixture(scope="module")
def one_of_each(small_bundle):
    """Return the results of one artifact of each format."""
    return verified(small_bundle, *ONE_OF_EACH)


def test_every_format_passes_its_gates(one_of_each):
    assert [result.artifact.id for result in one_of_each] == ONE_OF_EACH
    assert all(result.gates for result in one_of_each)
    assert failures(one_of_each) == []


def test_every_artifact_is_held_against_64_texts(one_of_each):
    assert {result.rows for result in one_of_each} == {64}


def test_result_says_what_computed(one_of_each):
    runtimes = {result.artifact.format: result.runtime for result in one_of_each}

    assert runtimes["tflite"].startswith("ai-edge-litert ")
    assert runtimes["onnx"].startswith("onnxruntime ")
    assert "mlpackage" in runtimes["coreml"] or "Core ML" in runtimes["coreml"]


def test_parity_is_that_of_the_build(one_of_each, small_bundle):
    bundle = open_bundle(small_bundle)

    for result in one_of_each:
        recorded = bundle.artifact(result.artifact.id).parity
        assert result.artifact.parity == pytest.approx(recorded, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    ("ending", "change"),
    [("_uint8", flip_a_block), ("_scale", lambda scale: scale * np.float32(3))],
    ids=["flipped weight block", "wrong scale"],
)
def test_wrong_weights_fail_a_gate_although_checksums_agree(squeezebert_edge, copied_bundle, ending, change):
    change_weights(copied_bundle, ending, change)

    finished = squeezebert_edge("verify", copied_bundle, "--artifact", ONNX)

    assert finished.status == 1
    (error,) = [line for line in finished.stderr.splitlines() if line.startswith("error")]
    assert f"{ONNX}: sqnr_db is " in error
    assert "below its limit 20" in error


def test_weights_that_are_not_numbers_fail_every_gate(copied_bundle):
    change_weights(copied_bundle, "_scale", lambda scale: scale * np.float32("nan"))

    (result,) = verified(copied_bundle, ONNX)

    assert not any(gate.passed for gate in result.gates)


def test_failed_verification_still_prints_its_json(squeezebert_edge, copied_bundle):
    change_weights(copied_bundle, "_uint8", flip_a_block)

    finished = squeezebert_edge("verify", copied_bundle, "--artifact", ONNX, "--json")

    document = json.loads(finished.stdout)
    assert finished.status == 1
    assert document["passed"] is False
    assert [row["passed"] for row in document["artifacts"]] == [False]


def test_good_bundle_verifies(squeezebert_edge, small_bundle):
    finished = squeezebert_edge("verify", small_bundle, "--artifact", ONNX, "--artifact", "tflite-int8-dynamic-32")

    assert finished.status == 0
    assert ONNX in finished.stdout
    assert "tflite-int8-dynamic-32" in finished.stdout


def test_verification_prints_one_json_document(squeezebert_edge, small_bundle):
    finished = squeezebert_edge("verify", small_bundle, "--artifact", ONNX, "--json")

    document = json.loads(finished.stdout)
    assert finished.status == 0
    assert document["passed"] is True
    assert document["skipped"] == []
    assert [row["id"] for row in document["artifacts"]] == [ONNX]


def test_changed_byte_is_named_and_nothing_is_run(squeezebert_edge, copied_bundle):
    path = copied_bundle / "tflite" / "int8-dynamic-16.tflite"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)

    finished = squeezebert_edge("verify", copied_bundle)

    assert finished.status == 1
    assert finished.stdout == ""
    assert finished.stderr == (
        "error: tflite/int8-dynamic-16.tflite: its checksum differs from the manifest's; restore it or build the"
        " bundle again\n"
    )


def test_unknown_artifact_is_refused(squeezebert_edge, small_bundle):
    finished = squeezebert_edge("verify", small_bundle, "--artifact", "onnx")

    assert finished.status == 2
    assert "no artifact 'onnx'" in finished.stderr


def test_artifact_that_cannot_be_loaded_is_an_error_of_one_line(squeezebert_edge, copied_bundle):
    (copied_bundle / "onnx" / "int8-dynamic-16.onnx").write_bytes(b"not a model")
    correct_the_manifest(copied_bundle)

    finished = squeezebert_edge("verify", copied_bundle, "--artifact", ONNX)

    assert finished.status in (1, 2)
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert "int8-dynamic-16.onnx" in line
