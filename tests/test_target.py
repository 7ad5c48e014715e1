"""Targets are data: one TOML file each, with the artifacts that a device wants in order, and what it computes with."""

import re
import tomllib
from fnmatch import fnmatchcase
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import FORMATS
from edge.artifact import Delegation
from edge.build_options import choose_lengths, choose_recipes
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.target import (
    find_target,
    host_target,
    load_targets,
    rank_artifacts,
    read_target,
    target_of,
)
from quantize import load_recipes
from tests.checkpoints import save_squeezebert

TEN = (
    "pixel-3",
    "pixel-8",
    "galaxy-s24",
    "iphone-13",
    "iphone-15-pro",
    "raspberry-pi-4",
    "raspberry-pi-5",
    "coral-dev-board",
    "generic-arm64",
    "generic-x86-64",
)
PI_5 = (resources.files("edge") / "targets" / "raspberry-pi-5.toml").read_text()


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


def test_targets_are_the_ten():
    assert tuple(load_targets()) == TEN


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


@pytest.mark.parametrize("name", load_targets())
def test_threads_of_a_device_find_a_fast_core_each(name):
    target = find_target(name)

    fastest = target.hardware.fastest(target.threads)
    assert len(fastest) == target.threads
    # Slow cores of a phone have less than a third of what its fast ones have.
    assert all(kind.peak.fp32_gflops > fastest[0].peak.fp32_gflops / 3 for kind in fastest)


@pytest.mark.parametrize("name", load_targets())
def test_peaks_follow_from_the_clock(name):
    for kind in find_target(name).hardware.cores:
        for peak, lanes in ((kind.peak.fp32_gflops, 4), (kind.peak.fp16_gflops, 8), (kind.peak.int8_gops, 8)):
            if peak is not None:
                # A whole number of 128-bit instructions a cycle, two operations for each lane.
                instructions = peak / (2 * lanes * kind.maximum_mhz / 1000)
                assert instructions == pytest.approx(round(instructions), rel=0.005)


@pytest.mark.parametrize("name", load_targets())
def test_instruction_sets_and_peaks_agree(name):
    hardware = find_target(name).hardware
    fastest = hardware.cores[0].peak

    over_float = fastest.int8_gops / fastest.fp32_gflops
    expected = 8 if "i8mm" in hardware.instruction_sets else 4 if "asimddp" in hardware.instruction_sets else 2
    assert over_float == pytest.approx(expected, rel=0.005)
    assert (fastest.fp16_gflops is not None) == ("asimdhp" in hardware.instruction_sets)


@pytest.mark.parametrize("name", load_targets())
def test_cores_are_listed_the_fastest_first(name):
    peaks = [kind.peak.fp32_gflops for kind in find_target(name).hardware.cores]

    assert peaks == sorted(peaks, reverse=True)


@pytest.mark.parametrize("name", load_targets())
def test_every_figure_has_a_source_or_says_that_there_is_none(name):
    hardware = find_target(name).hardware

    sources = [hardware.source, hardware.memory.source, *(kind.peak.source for kind in hardware.cores)]
    sources += [each.peak.source for each in hardware.accelerators]
    for source in sources:
        assert re.search(r"https?://| x | \* |not re-read|no source|choice|As |as |Guide", source, re.IGNORECASE), (
            source
        )


@pytest.mark.parametrize("name", load_targets())
def test_accelerators_are_reached_by_formats_of_the_target(name):
    target = find_target(name)

    for accelerator in target.hardware.accelerators:
        for format_name, backends in accelerator.backends.items():
            assert all(target.uses(format_name, backend) for backend in backends)


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("threads = 4", "threads = 4\nfans = 1", "fans: Extra inputs are not permitted"),
        ("threads = 4", 'threads = "4"', "threads: Input should be a valid integer"),
        ("threads = 4", "threads = 4.5", "threads: Input should be a valid integer"),
        ("threads = 4", "threads = 0", "threads: Input should be greater than 0"),
        ("count = 4", "count = true", "hardware.cores.0.count: Input should be a valid integer"),
        ("count = 4", "count = 4\nvoltage = 1.2", "hardware.cores.0.voltage: Extra inputs are not permitted"),
        ("gb_per_s = 17.1", 'gb_per_s = "17"', "hardware.memory.gb_per_s: Input should be a valid number"),
        ("gb_per_s = 17.1", "", "hardware.memory.gb_per_s: Field required"),
        ("sequence_lengths = [128]", "sequence_lengths = []", "sequence_lengths: "),
        ("sequence_lengths = [128]", "sequence_lengths = 128", "sequence_lengths: "),
        ("name =", "name", "not TOML"),
    ],
)
def test_unknown_key_or_wrong_type_is_refused_in_one_line(found, instead, said):
    text = PI_5.replace(found, instead, 1)
    assert text != PI_5

    with pytest.raises(InputError) as error:
        read_target(text, "raspberry-pi-5.toml")

    assert str(error.value).startswith(f"raspberry-pi-5.toml: {said}")
    assert "\n" not in str(error.value)


def test_every_key_of_a_target_is_needed():
    content = tomllib.loads(PI_5)

    for key in content:
        lines = [line for line in PI_5.splitlines() if not line.startswith(f"{key} =")]
        text = "\n".join(lines) if key != "hardware" else PI_5[: PI_5.index("[hardware]")]
        with pytest.raises(InputError, match=f"{key}: Field required"):
            read_target(text, "raspberry-pi-5.toml")


@pytest.mark.parametrize(
    ("model", "architecture", "name"),
    [
        ("Raspberry Pi 5 Model B Rev 1.0", "aarch64", "raspberry-pi-5"),
        ("Raspberry Pi 5 Model B Rev 1.0\0", "aarch64", "raspberry-pi-5"),
        ("Raspberry Pi 500 Rev 1.0", "aarch64", "raspberry-pi-5"),
        ("Raspberry Pi Compute Module 5 Rev 1.0", "aarch64", "raspberry-pi-5"),
        ("Raspberry Pi 4 Model B Rev 1.4", "aarch64", "raspberry-pi-4"),
        ("Raspberry Pi 400 Rev 1.0", "aarch64", "raspberry-pi-4"),
        ("Raspberry Pi 3 Model B Plus Rev 1.3", "aarch64", "generic-arm64"),
        ("Freescale i.MX8MQ Phanbell", "aarch64", "coral-dev-board"),
        ("Pixel 3", "aarch64", "pixel-3"),
        ("Pixel 3a", "aarch64", "generic-arm64"),
        ("Pixel 8 Pro", "aarch64", "pixel-8"),
        ("Pixel 9", "aarch64", "generic-arm64"),
        ("SM-S921U1", "aarch64", "galaxy-s24"),
        ("SM-S928B", "aarch64", "galaxy-s24"),
        # The Exynos phone.
        ("SM-S921B", "aarch64", "generic-arm64"),
        ("iPhone14,5", "arm64", "iphone-13"),
        ("iPhone16,1", "arm64e", "iphone-15-pro"),
        ("iPhone17,1", "arm64", "generic-arm64"),
        ("Standard PC (Q35 + ICH9, 2009)", "x86_64", "generic-x86-64"),
        ("", "AMD64", "generic-x86-64"),
        ("", "armv7l", "generic-arm64"),
    ],
)
def test_a_device_is_the_target_of_its_model(model, architecture, name):
    assert target_of(model, architecture).name == name


@given(st.text(), st.sampled_from(["aarch64", "arm64", "x86_64", "AMD64", "riscv64"]))
def test_any_other_model_is_a_generic_device(model, architecture):
    found = target_of(model, architecture)

    assert found.devices or found.name == ("generic-arm64" if architecture.startswith("a") else "generic-x86-64")


def test_no_model_is_two_targets():
    models = [
        re.sub(r"\[(.)[^]]*\]", r"\1", pattern).replace("*", "x")
        for t in load_targets().values()
        for pattern in t.devices
    ]

    for model in models:
        matching = [t.name for t in load_targets().values() if any(fnmatchcase(model, each) for each in t.devices)]
        assert len(matching) == 1


def test_named_targets_choose_backends_and_recipes():
    plan = {(key.format, key.name): recipes for key, recipes in choose_recipes(None, None, ["iphone-15-pro"]).items()}

    assert plan == {("coreml", "neural-engine"): ("int8-weight",), ("executorch", "xnnpack"): ("int8-dynamic",)}


def test_several_targets_get_what_each_of_them_wants():
    plan = {
        (key.format, key.name): recipes for key, recipes in choose_recipes(None, None, ["pixel-3", "iphone-13"]).items()
    }

    assert plan == {
        ("executorch", "xnnpack"): ("int8-dynamic",),
        ("tflite", "xnnpack"): ("int8-dynamic",),
        ("coreml", "neural-engine"): ("int8-weight",),
    }


@pytest.mark.parametrize("name", load_targets())
def test_what_a_target_chooses_it_finds_first(name):
    target = find_target(name)
    plan = choose_recipes(None, None, [name])
    artifacts = [artifact(key.format, recipe, backend=key.name) for key, recipes in plan.items() for recipe in recipes]

    best = rank_artifacts(target, artifacts)[0]

    assert best.format == target.formats[0]
    assert best.backend == target.backends[best.format][0]


@pytest.mark.parametrize(
    ("asked", "names", "lengths"),
    [
        (None, (), (128,)),
        (None, ("pixel-8",), (128,)),
        (None, ("coral-dev-board",), (64,)),
        (None, ("pixel-8", "coral-dev-board"), (64, 128)),
        ((32,), ("pixel-8", "coral-dev-board"), (32,)),
    ],
)
def test_lengths_are_those_of_all_targets_unless_asked_for(asked, names, lengths, tmp_path):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", max_length=256))

    assert choose_lengths(asked, checkpoint, names) == lengths


def test_lengths_are_no_longer_than_the_checkpoint_serves(tmp_path):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", max_length=48))

    assert choose_lengths(None, checkpoint, ("pixel-8", "coral-dev-board")) == (48,)


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
    with pytest.raises(InputError, match="unknown target 'toaster': choose one of pixel-3, pixel-8, "):
        find_target("toaster")
