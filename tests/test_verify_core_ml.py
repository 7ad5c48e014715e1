"""Verification looks into Core ML programs: what breaks on a device or computes a wrong layer is named."""

import shutil

import pytest

from converters import convert
from edge import build
from edge.checkpoint import load_checkpoint
from edge.runtimes.mil.package import read_package
from quantize import find_recipe
from tests.bundles import correct_the_manifest

BACKENDS = ("cpu-gpu", "neural-engine")
LENGTH = 16


@pytest.fixture(scope="module")
def core_ml_bundle(small_checkpoint, tmp_path_factory):
    """Return a bundle of fp16 packages of both layouts."""
    folder = tmp_path_factory.mktemp("core-ml") / "bundle"
    build(
        small_checkpoint,
        folder,
        formats=["coreml"],
        recipes=["fp16"],
        backends=BACKENDS,
        sequence_lengths=[LENGTH],
    )
    return folder


@pytest.fixture
def bundle(core_ml_bundle, tmp_path):
    """Return a copy for one test to break."""
    return shutil.copytree(core_ml_bundle, tmp_path / "bundle")


@pytest.fixture(params=BACKENDS)
def package(request, bundle):
    """Return the package of each layout in turn."""
    prefix = "" if request.param == "cpu-gpu" else f"{request.param}-"
    return bundle / "coreml" / f"{prefix}fp16-{LENGTH}.mlpackage"


def swap_weights(package, first, second):
    """Let each of the two constants lie where the other one does."""
    spec = read_package(package).spec
    function = spec.mlProgram.functions["main"]
    values = {
        operation.outputs[0].name: operation.attributes["val"].blobFileValue
        for operation in function.block_specializations[function.opset].operations
        if operation.type == "const"
    }
    values[first].offset, values[second].offset = values[second].offset, values[first].offset
    (package / "Data" / "com.apple.CoreML" / "model.mlmodel").write_bytes(spec.SerializeToString())


def test_healthy_packages_pass(squeezebert_edge, core_ml_bundle):
    assert squeezebert_edge("verify", core_ml_bundle).status == 0


@pytest.mark.slow
def test_swapped_weight_is_named(squeezebert_edge, bundle, package):
    part = ".groups.0" if "neural" not in package.name else ""
    names = [f"layers.{layer}.post_attention{part}".replace(".", "_") for layer in (0, 1)]
    swap_weights(package, *(f"{name}_weight_to_fp16" for name in names))
    correct_the_manifest(bundle)

    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 1
    operation = "conv" if "neural" in package.name else "linear"
    assert f"{operation} '{names[0]}_cast_fp16'" in finished.stderr
    assert f"dB from the layer layers.0.post_attention{part}" in finished.stderr


@pytest.mark.slow
def test_overflow_in_the_mask_is_named(squeezebert_edge, monkeypatch, bundle, package, small_checkpoint):
    # What many models add to the scores of padding; float16 ends at 65504.
    for module in ("edge.encoder.encoder", "edge.encoder.channels_first.encoder"):
        monkeypatch.setattr(f"{module}.MASK_CONSTANT", -3.4028234663852886e38)
    backend = "neural-engine" if "neural" in package.name else "cpu-gpu"
    checkpoint = load_checkpoint(small_checkpoint)
    convert("coreml", checkpoint, (find_recipe("fp16"),), LENGTH, package.parent, {}, backend)
    correct_the_manifest(bundle)

    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 1
    assert f"coreml-{package.stem}: float16 overflow in mul 'additive_mask_cast_fp16'" in finished.stderr


def test_layer_values_are_covered_by_a_checksum(squeezebert_edge, bundle, package):
    package.with_suffix(".layers.json").write_text("{}")

    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 1
    assert f"{package.stem}.layers.json: its checksum differs" in finished.stderr
