"""``squeezebert-edge export``: what is refused, and that nothing is left behind then."""

import pytest

from edge.bundle import open_bundle
from edge.clients import find_client
from edge.clients.export import choose_artifact


def refusal(squeezebert_edge, *words):
    finished = squeezebert_edge("export", *words)
    assert finished.status == 2
    assert finished.stdout == ""
    return finished.stderr.strip()


@pytest.fixture
def out(tmp_path):
    """Return a folder to make; whatever a test does with it, nothing lies beside it at the end."""
    yield tmp_path / "exported"
    assert [path.name for path in tmp_path.iterdir()] in ([], ["exported"], ["copied"])


def test_unknown_client_is_refused(squeezebert_edge, small_bundle, out):
    message = refusal(squeezebert_edge, small_bundle, "--to", "excel", "--out", out)

    assert message == (
        "error: unknown client 'excel': choose one of mediapipe, transformersjs, onnxruntime, react-native"
    )


def test_missing_bundle_is_refused(squeezebert_edge, tmp_path, out):
    message = refusal(squeezebert_edge, tmp_path / "none", "--to", "mediapipe", "--out", out)

    assert message.endswith("none: no such bundle; make one with 'squeezebert-edge build'")


def test_place_that_is_taken_is_refused(squeezebert_edge, small_bundle, out):
    out.mkdir()
    (out / "mine.txt").write_text("mine")

    message = refusal(squeezebert_edge, small_bundle, "--to", "mediapipe", "--out", out)

    assert message == f"error: {out}: exists already; choose another --out"
    assert (out / "mine.txt").read_text() == "mine"


def test_artifact_of_another_format_is_refused(squeezebert_edge, small_bundle, out):
    words = ["--to", "mediapipe", "--out", out, "--artifact", "onnx-int8-dynamic-16"]

    message = refusal(squeezebert_edge, small_bundle, *words)

    assert message == "error: mediapipe loads tflite for xnnpack, and onnx-int8-dynamic-16 is another"


def test_damaged_artifact_is_not_exported(squeezebert_edge, copied_bundle, out):
    file = copied_bundle / "tflite" / "int8-dynamic-32.tflite"
    file.write_bytes(file.read_bytes()[:-1])

    message = refusal(squeezebert_edge, copied_bundle, "--to", "mediapipe", "--out", out)

    assert message.endswith(
        "tflite/int8-dynamic-32.tflite: its checksum differs from the manifest's; build the bundle again"
    )


def test_bundle_without_the_format_is_refused(squeezebert_edge, copied_bundle, out):
    bundle = open_bundle(copied_bundle)
    others = [artifact for artifact in bundle.manifest.artifacts if artifact.format != "tflite"]
    (copied_bundle / "manifest.json").write_text(
        bundle.manifest.model_copy(update={"artifacts": others}).model_dump_json(), encoding="utf-8"
    )

    message = refusal(squeezebert_edge, copied_bundle, "--to", "mediapipe", "--out", out)

    assert message.endswith("nothing here is for mediapipe; build with --formats tflite first")


def test_task_that_the_client_does_not_serve_is_refused(squeezebert_edge, copied_bundle, out):
    manifest = open_bundle(copied_bundle).manifest
    model = manifest.model.model_copy(update={"task": "fill-mask"})
    (copied_bundle / "manifest.json").write_text(
        manifest.model_copy(update={"model": model}).model_dump_json(), encoding="utf-8"
    )

    message = refusal(squeezebert_edge, copied_bundle, "--to", "mediapipe", "--out", out)

    assert message == ("error: mediapipe does not serve fill-mask: it is for feature-extraction, text-classification")


def test_longest_length_is_exported(small_bundle):
    chosen = choose_artifact(open_bundle(small_bundle), find_client("mediapipe"), None)

    assert chosen.id == "tflite-int8-dynamic-32"


def test_artifact_can_be_named(small_bundle):
    chosen = choose_artifact(open_bundle(small_bundle), find_client("onnxruntime"), "onnx-int8-dynamic-16")

    assert chosen.sequence_lengths == [16]
