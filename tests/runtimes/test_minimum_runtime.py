"""An artifact is refused where the installed runtime is older than the manifest asks for, or not named in it."""

from importlib import metadata

import pytest

import edge
from converters.backend import minimum_runtime
from converters.deployment_target import DEFAULT
from converters.format import find_backend
from edge.bundle import open_bundle, write_manifest
from edge.errors import InputError, MissingPackageError
from edge.runtimes import load_runtime, why_unavailable
from edge.runtimes.coreml import installed as installed_for_coreml
from edge.runtimes.minimum import Installed, why_too_old
from edge.runtimes.tflite_package import PACKAGES, find_package, installed_version
from quantize import find_recipe

TEXT = "great movie"
NEWER = {"ai-edge-litert": "99.1", "tensorflow": "99.2"}
LITERT = metadata.version("ai-edge-litert")
REFUSAL = (
    f"ai-edge-litert {LITERT} does not compute this artifact right, which needs at least ai-edge-litert 99.1 or "
    "tensorflow 99.2: pip install 'ai-edge-litert>=99.1'"
)


@pytest.fixture
def demand(copied_bundle):
    """Return a function that writes a minimum runtime into the manifest of a copied bundle, and returns the bundle."""

    def write(minimum, formats=("tflite",)):
        manifest = open_bundle(copied_bundle).manifest
        artifacts = [
            artifact.model_copy(update={"minimum_runtime": minimum}) if artifact.format in formats else artifact
            for artifact in manifest.artifacts
        ]
        write_manifest(copied_bundle, manifest.model_copy(update={"artifacts": artifacts}))
        return copied_bundle

    return write


@pytest.fixture
def only_tflite(demand):
    """Return a bundle of two .tflite that need a newer ai-edge-litert."""
    directory = demand(NEWER)
    manifest = open_bundle(directory).manifest
    artifacts = [artifact for artifact in manifest.artifacts if artifact.format == "tflite"]
    write_manifest(directory, manifest.model_copy(update={"artifacts": artifacts}))
    return directory


@pytest.mark.parametrize(
    ("version", "needed", "enough"),
    [
        ("1.4.0", "1.4", True),
        ("1.3.9", "1.4", False),
        ("1.10", "1.9", True),
        ("2.3.0", "1.4", True),
        ("2.0.0rc1", "2.0.0", False),
    ],
)
def test_versions_are_compared_as_numbers(version, needed, enough):
    assert (why_too_old(Installed("onnxruntime", version), {"onnxruntime": needed}) is None) == enough


def test_a_runtime_that_is_not_named_is_refused():
    reason = why_too_old(Installed("tflite-runtime", "2.14.0"), {"ai-edge-litert": "1.0.1", "tensorflow": "2.18.0"})

    assert reason == (
        "tflite-runtime 2.14.0 does not compute this artifact right, which needs at least ai-edge-litert 1.0.1 or "
        "tensorflow 2.18.0: pip install 'ai-edge-litert>=1.0.1'"
    )


def test_a_system_is_not_installed_with_pip():
    reason = why_too_old(Installed("macOS", "13.6"), {"iOS": "17", "macOS": "14"})

    assert reason == "macOS 13.6 does not compute this artifact right, which needs at least iOS 17 or macOS 14"


def test_a_version_that_is_none_is_an_error_of_one_line():
    with pytest.raises(InputError, match=r"'new' in minimum_runtime is no version; build the bundle again"):
        why_too_old(Installed("onnxruntime", "1.17"), {"onnxruntime": "new"})


def test_int8_dynamic_is_not_for_tflite_runtime_and_the_others_are():
    backend = find_backend("tflite")

    assert "tflite-runtime" not in minimum_runtime(backend, find_recipe("int8-dynamic"), None)
    for name in ("fp32", "int8-static"):
        assert minimum_runtime(backend, find_recipe(name), None)["tflite-runtime"] == "2.14.0"


def test_the_manifest_has_the_minimum_of_each_artifact(small_bundle):
    for artifact in open_bundle(small_bundle).manifest.artifacts:
        backend = find_backend(artifact.format, artifact.backend)
        target = DEFAULT if backend.has_deployment_target else None
        assert artifact.minimum_runtime == minimum_runtime(backend, find_recipe(artifact.recipe), target)


def test_what_was_just_built_runs_here(small_bundle):
    for artifact in open_bundle(small_bundle).manifest.artifacts:
        assert why_unavailable(artifact.format, artifact.minimum_runtime) is None


def test_load_runtime_refuses_before_it_reads_the_file(tmp_path):
    with pytest.raises(MissingPackageError) as error:
        load_runtime("tflite", tmp_path / "absent.tflite", [], [], 1, NEWER)

    assert str(error.value) == REFUSAL


@pytest.mark.parametrize("format_name", ["executorch", "onnx"])
def test_every_package_is_compared(tmp_path, format_name):
    package = {"executorch": "executorch", "onnx": "onnxruntime"}[format_name]

    with pytest.raises(MissingPackageError, match=rf"^{package} {metadata.version(package)} does not compute"):
        load_runtime(format_name, tmp_path / "absent", [], [], 1, {package: "99.1"})


def test_the_evaluator_of_core_ml_packages_runs_all(monkeypatch):
    monkeypatch.setattr("edge.runtimes.coreml.on_macos", lambda: False)
    assert installed_for_coreml() is None
    monkeypatch.setattr("edge.runtimes.coreml.on_macos", lambda: True)
    monkeypatch.setattr("edge.runtimes.coreml.macos_version", lambda: "13.6")
    assert installed_for_coreml() == Installed("macOS", "13.6")


def test_load_takes_a_format_whose_runtime_is_new_enough(demand):
    model = edge.load(demand(NEWER))

    assert {artifact.format for artifact in model.artifacts} == {"onnx"}
    assert len(model(TEXT)) == 1


def test_load_refuses_what_was_asked_for_by_id(demand):
    with pytest.raises(MissingPackageError) as error:
        edge.load(demand(NEWER), artifact="tflite-int8-dynamic-16")

    assert str(error.value) == REFUSAL


def test_load_refuses_where_nothing_runs_and_gives_each_reason_once(only_tflite):
    with pytest.raises(InputError) as error:
        edge.load(only_tflite)

    assert str(error.value) == f"{only_tflite}: nothing here runs on this host: {REFUSAL}"


@pytest.mark.parametrize(
    "words", [("run", TEXT), ("verify",), ("bench", "--seconds", "0")], ids=["run", "verify", "bench"]
)
def test_commands_refuse_in_one_line(squeezebert_edge, only_tflite, words):
    command, *rest = words

    for options in ((), ("--artifact", "tflite-int8-dynamic-16")):
        finished = squeezebert_edge(command, only_tflite, *rest, *options)

        assert (finished.status, finished.stdout) == (2, "")
        assert len(finished.stderr.splitlines()) == 1
        assert finished.stderr.rstrip().endswith(REFUSAL)


@pytest.mark.slow
def test_verify_notes_what_this_host_would_compute_wrong(squeezebert_edge, demand):
    finished = squeezebert_edge("verify", demand(NEWER))

    assert finished.status == 0
    assert f"note: tflite-int8-dynamic-16 is not verified here: {REFUSAL}" in finished.stderr


def test_the_runtime_says_which_package_it_is(small_bundle):
    artifact = open_bundle(small_bundle).artifact("tflite-int8-dynamic-16")
    path = small_bundle / artifact.file

    runtime = load_runtime("tflite", path, artifact.inputs, artifact.outputs, 1, artifact.minimum_runtime)

    assert runtime.name == f"ai-edge-litert {LITERT}"


def test_ai_edge_litert_is_preferred_then_tflite_runtime_then_tensorflow(monkeypatch):
    there = {"ai_edge_litert", "tflite_runtime", "tensorflow"}
    monkeypatch.setattr("edge.runtimes.tflite_package.util.find_spec", lambda name: name in there or None)
    chosen = []
    for module in ("ai_edge_litert", "tflite_runtime", "tensorflow", None):
        package = find_package()
        chosen.append(package and package.name)
        there.discard(module)

    assert chosen == ["ai-edge-litert", "tflite-runtime", "tensorflow", None]


def test_tensorflow_is_recognised_under_its_other_names(monkeypatch):
    def version(name):
        if name != "tensorflow-cpu":
            raise metadata.PackageNotFoundError
        return "2.21.0"

    monkeypatch.setattr("edge.runtimes.tflite_package.metadata.version", version)
    tensorflow = next(package for package in PACKAGES if package.name == "tensorflow")

    assert installed_version(tensorflow) == Installed("tensorflow", "2.21.0")
