"""Targets are data: one TOML file each, with the artifacts that a device wants in order."""

from importlib import resources

import pytest

from converters import FORMATS
from edge.artifact import Delegation
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.target import find_target, host_target, load_targets, rank_artifacts
from quantize import load_recipes


def artifact(format_name, recipe, length=128, backend=""):
    return ArtifactInfo(
        id=f"{format_name}-{recipe}-{length}",
        format=format_name,
        backend=backend,
        recipe=recipe,
        file=f"{format_name}/{recipe}-{length}",
        sha256="0" * 64,
        bytes=1,
        sequence_lengths=[length],
        inputs=[],
        outputs=[],
        minimum_runtime={},
        delegation=Delegation(delegated_ops=1, other_ops=0),
        parity={},
        accuracy={},
    )


def test_every_file_is_a_target():
    files = sorted(file.name for file in (resources.files("edge") / "targets").iterdir())

    assert files == sorted(f"{name}.toml" for name in load_targets())


@pytest.mark.parametrize("name", load_targets())
def test_target_wants_known_formats_and_recipes(name):
    target = find_target(name)

    assert target.name == name
    assert target.summary
    assert set(target.formats) <= set(FORMATS)
    for format_name, backends in target.backends.items():
        assert set(backends) <= {backend.name for backend in FORMATS[format_name].backends}
    assert set(target.recipes) <= set(load_recipes())


@pytest.mark.parametrize("name", load_targets())
def test_some_recipe_fits_the_preferred_format(name):
    target = find_target(name)

    assert any(target.formats[0] in load_recipes()[recipe].formats for recipe in target.recipes)


@pytest.mark.parametrize(("name", "fast_cores"), [("raspberry-pi-5", 4), ("pixel-8", 5), ("iphone-15-pro", 2)])
def test_threads_of_a_device_find_a_fast_core_each(name, fast_cores):
    assert 1 <= find_target(name).threads <= fast_cores


def test_this_machine_is_like_a_target():
    assert host_target().name in load_targets()


def test_format_counts_before_recipe_and_recipe_before_the_longest():
    artifacts = [
        artifact("tflite", "int8-dynamic"),
        artifact("executorch", "fp32"),
        artifact("executorch", "int8-dynamic", 128),
        artifact("executorch", "int8-dynamic", 32),
    ]

    assert [a.id for a in rank_artifacts(find_target("pixel-8"), artifacts)] == [
        "executorch-int8-dynamic-128",
        "executorch-int8-dynamic-32",
        "executorch-fp32-128",
        "tflite-int8-dynamic-128",
    ]


def test_backend_counts_before_recipe():
    artifacts = [
        artifact("coreml", "int8-weight", backend="cpu-gpu"),
        artifact("coreml", "fp16", backend="neural-engine"),
    ]

    ranked = rank_artifacts(find_target("iphone-15-pro"), artifacts)

    assert [(a.backend, a.recipe) for a in ranked] == [("neural-engine", "fp16"), ("cpu-gpu", "int8-weight")]


def test_artifact_without_a_backend_is_of_its_format_s_default():
    old, new = artifact("coreml", "fp16"), artifact("coreml", "fp16", backend="neural-engine")

    assert rank_artifacts(find_target("iphone-15-pro"), [old, new]) == [new, old]


def test_backend_that_a_target_does_not_have_is_left_out():
    assert rank_artifacts(find_target("pixel-8"), [artifact("executorch", "fp16", backend="coreml")]) == []


def test_what_a_target_cannot_run_is_left_out():
    artifacts = [artifact("coreml", "int8-weight"), artifact("onnx", "int8-dynamic")]

    assert rank_artifacts(find_target("pixel-8"), artifacts) == []


def test_unknown_target_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="unknown target 'toaster': choose one of generic-x86-64, "):
        find_target("toaster")
