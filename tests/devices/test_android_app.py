"""Which artifacts the reference app for Android runs, by what it says of itself; no phone is needed."""

import pytest

from edge.artifact import Delegation
from edge.devices.android_app import App, AppDescription
from edge.manifest import ArtifactInfo

BOTH = AppDescription(program="an app 1.0", runtimes={"executorch": "1.6.0", "ai-edge-litert": "1.4.0"})


def artifact(format, backend="xnnpack", **minimum):
    """Return an artifact that needs `minimum`, with ``_`` for ``-`` in names."""
    return ArtifactInfo(
        file="file",
        sha256="",
        bytes=0,
        id="an-artifact",
        format=format,
        backend=backend,
        recipe="fp32",
        sequence_lengths=[16],
        inputs=[],
        outputs=[],
        minimum_runtime={name.replace("_", "-"): version for name, version in minimum.items()},
        delegation=Delegation(delegated_ops=0, other_ops=0),
        parity={},
        accuracy={},
    )


def why_not(artifact, description=BOTH):
    """Return what the app of a phone answers."""
    return App("adb:1", description).why_not(artifact)


@pytest.mark.parametrize(
    "runs",
    [
        artifact("executorch", executorch="1.5.1"),
        artifact("tflite", ai_edge_litert="1.0.1", tflite_runtime="2.14.0"),
        # Of a bundle that is older than backends.
        artifact("tflite", backend="", ai_edge_litert="1.4.0"),
    ],
)
def test_artifacts_of_its_runtimes_run(runs):
    assert why_not(runs) is None


def test_an_older_runtime_may_compute_something_else():
    answer = why_not(artifact("tflite", ai_edge_litert="2.0"))

    assert answer.startswith(
        "adb:1: the app's ai-edge-litert 1.4.0 does not compute this artifact right, it needs at least 2.0; build and"
    )


def test_a_runtime_that_the_artifact_was_not_tried_with_is_refused():
    assert "it needs another runtime" in why_not(artifact("tflite", tensorflow="2.18.0"))


def test_a_version_that_is_none_is_refused():
    snapshot = AppDescription(program="an app 1.0", runtimes={"executorch": "of today"})

    assert "does not compute this artifact right" in why_not(artifact("executorch", executorch="1.5.1"), snapshot)


@pytest.mark.parametrize(
    "other",
    [artifact("onnx", "cpu"), artifact("coreml", "cpu-gpu"), artifact("executorch", "coreml", executorch="1.5.1")],
)
def test_other_formats_and_backends_are_refused(other):
    assert why_not(other) == f"adb:1: the Android app does not run {other.format} artifacts for {other.backend}"
