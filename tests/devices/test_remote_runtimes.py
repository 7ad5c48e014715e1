"""Which artifacts a device runs, and what its owner reads about the others."""

import pytest

from edge.artifact import Delegation
from edge.devices.information import CoreGroup, DeviceInformation
from edge.devices.remote_runtimes import why_not_in_python, why_not_natively
from edge.manifest import ArtifactInfo

BOARD = DeviceInformation(
    kind="ssh",
    name="ssh:pi",
    identity="0",
    model="a board",
    architecture="aarch64",
    cores=[CoreGroup(count=4, part="Cortex-A76")],
    system="Debian",
    runtimes={"Python": "3.11.2", "squeezebert-edge": "0.1.0", "ai-edge-litert": "2.3.0"},
)


def artifact(format_name: str, minimum: dict[str, str], backend: str = "") -> ArtifactInfo:
    return ArtifactInfo(
        file="file",
        sha256="0",
        bytes=1,
        id="an-artifact",
        format=format_name,
        backend=backend,
        recipe="int8-dynamic",
        sequence_lengths=[16],
        inputs=[],
        outputs=[],
        minimum_runtime=minimum,
        delegation=Delegation(delegated_ops=0, other_ops=0),
        parity={},
        accuracy={},
    )


TFLITE = artifact("tflite", {"ai-edge-litert": "1.0.1", "tensorflow": "2.17.1"})
ONNX = artifact("onnx", {"onnxruntime": "1.17"})
CORE_ML = artifact("coreml", {"iOS": "17"})
CORE_ML_PTE = artifact("executorch", {"executorch": "1.5.1"}, backend="coreml")
PTE = artifact("executorch", {"executorch": "1.5.1"}, backend="xnnpack")


def board(architecture: str = "aarch64", **runtimes: str) -> DeviceInformation:
    named = {name.replace("_", "-"): version for name, version in runtimes.items()}
    return BOARD.model_copy(update={"runtimes": named, "architecture": architecture})


def test_what_is_installed_runs():
    assert why_not_in_python(TFLITE, BOARD) is None


def test_any_package_that_computes_it_right_is_enough():
    assert why_not_in_python(TFLITE, board(squeezebert_edge="0.1.0", tensorflow="2.18.0")) is None


@pytest.mark.parametrize(
    ("wanted", "device", "reason"),
    [
        (TFLITE, board(Python="3.11.2"), r"squeezebert-edge is not installed: run 'python3 -m venv .*' there"),
        (TFLITE, board("armv7l"), "its system is armv7l, .* no wheels; install a 64-bit system"),
        (TFLITE, board("armv7l", squeezebert_edge="0.1.0"), "no wheels for armv7l: install a 64-bit system"),
        (TFLITE, board(squeezebert_edge="0.1.0"), "has no ai-edge-litert; pip install 'ai-edge-litert>=1.0.1' there"),
        (
            TFLITE,
            board(squeezebert_edge="0.1.0", tflite_runtime="2.14.0"),
            r"tflite-runtime 2\.14\.0 does not compute this artifact right",
        ),
        (
            TFLITE,
            board(squeezebert_edge="0.1.0", ai_edge_litert="1.0.0"),
            r"ai-edge-litert 1\.0\.0 does not compute this artifact right, .* pip install 'ai-edge-litert>=1\.0\.1'",
        ),
        (
            ONNX,
            BOARD,
            r"has no onnxruntime; pip install 'onnxruntime>=1\.17' there",
        ),
        (PTE, BOARD, "has no executorch; use --runner native"),
        (CORE_ML, BOARD, "Core ML is on Apple's systems only"),
        (
            CORE_ML_PTE,
            BOARD,
            "Core ML is on Apple's systems only",
        ),
    ],
)
def test_what_python_there_does_not_run_is_explained(wanted, device, reason):
    with pytest.raises(AssertionError, match=f"^ssh:pi: .*{reason}"):
        raise AssertionError(why_not_in_python(wanted, device))


def test_the_native_runner_runs_pte():
    assert why_not_natively(PTE, board(executorch="1.5.1")) is None


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (TFLITE, "the native runner runs .pte only, not .tflite; use --runner python"),
        (PTE, "executorch 1.4.0 does not compute this artifact right"),
        (CORE_ML_PTE, "Core ML is on Apple's systems only"),
    ],
)
def test_what_the_native_runner_does_not_run_is_explained(wanted, reason):
    assert f"ssh:pi: {reason}" in (why_not_natively(wanted, board(executorch="1.4.0")) or "")
