"""A second build converts only what the first did not, and verifies all of it."""

import os
from contextlib import contextmanager

import pytest

import edge
from edge.content_cache import ENTRY
from edge.conversion_keys import code_sha256
from edge.errors import GateError
from edge.gates import load_gates

TAKEN = "onnx (int8-dynamic) at 16 tokens: taken from the cache"
CONVERTED = "convert to onnx (int8-dynamic) at 16 tokens"
CALIBRATED = "calibrate int8-static"


class Builder:
    """Builds the small checkpoint with one cache, and notes the stages of the last build."""

    def __init__(self, checkpoint, folder):
        self.checkpoint, self.folder = checkpoint, folder
        self.stages = []

    def build(self, name, **options):
        self.stages = []
        options = {"formats": ["onnx"], "recipes": ["int8-dynamic"], "sequence_lengths": [16], **options}
        return edge.build(self.checkpoint, self.folder / name, stage=self.stage, **options)

    @contextmanager
    def stage(self, title):
        self.stages.append(title)
        yield


def contents(bundle, recipe):
    return (bundle.directory / "onnx" / f"{recipe}-16.onnx").read_bytes()


@pytest.fixture
def builder(small_checkpoint, cache_folder, tmp_path, monkeypatch):
    """Return a builder for which this project's code stays the same, even if someone edits it while the test runs."""
    code = code_sha256()
    monkeypatch.setattr("edge.build_cache.code_sha256", lambda: code)
    return Builder(small_checkpoint, tmp_path)


@pytest.mark.slow
def test_one_more_recipe_redoes_only_that(builder):
    first = builder.build("first")
    assert CONVERTED in builder.stages

    second = builder.build("second", recipes=["int8-dynamic", "fp32"])

    assert TAKEN in builder.stages
    assert "fp32 reference at 16 tokens: taken from the cache" in builder.stages
    assert "compute fp32 reference at 16 tokens" not in builder.stages
    assert [title for title in builder.stages if title.startswith("convert")] == ["convert to onnx (fp32) at 16 tokens"]
    assert [artifact.id for artifact in second.manifest.artifacts] == ["onnx-int8-dynamic-16", "onnx-fp32-16"]
    assert second.manifest.artifacts[0] == first.manifest.artifacts[0]
    assert contents(second, "int8-dynamic") == contents(first, "int8-dynamic")


def test_what_comes_from_the_cache_must_pass_the_gates(builder, monkeypatch):
    builder.build("first")
    strict = {**load_gates(), "int8-dynamic": {"sqnr_db": 200.0}}
    monkeypatch.setattr("edge.gates.load_gates", lambda: strict)

    with pytest.raises(GateError, match="sqnr_db"):
        builder.build("second")

    assert TAKEN in builder.stages
    assert "run onnx-int8-dynamic-16" in builder.stages


@pytest.mark.slow
def test_what_fails_its_gate_is_not_kept(builder, cache_folder, monkeypatch):
    strict = {**load_gates(), "int8-dynamic": {"sqnr_db": 200.0}}
    monkeypatch.setattr("edge.gates.load_gates", lambda: strict)

    with pytest.raises(GateError):
        builder.build("first")

    assert list(cache_folder.glob("*/texts"))
    assert not list(cache_folder.glob("*/artifact"))


@pytest.mark.slow
def test_damaged_entry_is_converted_again(builder, cache_folder):
    first = builder.build("first")
    (artifact,) = cache_folder.glob("*/artifact")
    artifact.write_bytes(b"damaged")

    second = builder.build("second")

    assert CONVERTED in builder.stages
    assert contents(second, "int8-dynamic") == contents(first, "int8-dynamic")


@pytest.mark.slow
def test_without_the_cache_nothing_is_taken_or_kept(builder, cache_folder):
    builder.build("first")
    before = {path: path.stat().st_mtime_ns for path in cache_folder.rglob(ENTRY)}

    builder.build("second", cache=False, recipes=["int8-dynamic", "fp32"])

    assert "convert to onnx (int8-dynamic, fp32) at 16 tokens" in builder.stages
    assert {path: path.stat().st_mtime_ns for path in cache_folder.rglob(ENTRY)} == before


@pytest.mark.slow
def test_a_calibration_is_kept_too(builder):
    first = builder.build("first", recipes=["int8-static"])
    assert CALIBRATED in builder.stages

    second = builder.build("second", recipes=["int8-static"])

    assert f"{CALIBRATED}: taken from the cache" in builder.stages
    assert CALIBRATED not in builder.stages
    assert not [title for title in builder.stages if title.startswith("convert")]
    assert second.manifest == first.manifest


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_cache_that_cannot_be_written_does_not_stop_a_build(builder, cache_folder):
    cache_folder.mkdir(mode=0o500)

    builder.build("first")

    assert [title for title in builder.stages if title.startswith("the cache is not written")]
    assert os.listdir(cache_folder) == []


@pytest.mark.slow
def test_cache_that_is_a_file_does_not_stop_a_build(builder, cache_folder):
    cache_folder.write_text("not a folder")

    bundle = builder.build("first")

    assert [title for title in builder.stages if title.startswith("the cache is not written")]
    assert len(bundle.manifest.artifacts) == 1
