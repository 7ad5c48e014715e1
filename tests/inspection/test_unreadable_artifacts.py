"""What is no artifact, damaged, or cannot be read for want of a package: one line that says so."""

import shutil

import pytest

from edge.errors import InputError, MissingPackageError
from edge.inspection import executorch, inspect_artifact, onnx, tflite
from edge.runtimes.mil import coremltools_import


def test_unknown_suffix_names_the_known_ones(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"")
    with pytest.raises(InputError, match=r"'\.bin'.*\.pte, \.mlpackage, \.tflite, \.onnx"):
        inspect_artifact(path)


@pytest.mark.parametrize("suffix", [".pte", ".tflite", ".onnx", ".mlpackage"])
def test_missing_artifact(tmp_path, suffix):
    with pytest.raises(InputError, match="no such artifact"):
        inspect_artifact(tmp_path / f"model{suffix}")


@pytest.mark.parametrize("suffix", [".pte", ".tflite", ".onnx", ".mlpackage"])
@pytest.mark.parametrize("content", [b"", b"not a model at all, whatever its name says"])
def test_file_of_another_kind(tmp_path, suffix, content):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError, match="model"):
        inspect_artifact(path)


@pytest.mark.parametrize("format_name", ["executorch", "tflite", "onnx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_file_that_is_cut_short(tmp_path, converted, format_name, share):
    whole = converted(format_name, "fp32").path
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes()[: int(share * whole.stat().st_size)])
    with pytest.raises(InputError, match=r"cut short|cannot load it"):
        inspect_artifact(path)


def test_package_whose_model_is_cut_short(tmp_path, converted):
    path = shutil.copytree(converted("coreml", "fp32").path, tmp_path / "model.mlpackage")
    model = path / "Data/com.apple.CoreML/model.mlmodel"
    model.write_bytes(model.read_bytes()[:-100])
    with pytest.raises(InputError, match="cut short"):
        inspect_artifact(path)


@pytest.mark.parametrize(
    ("reader", "suffix", "install"),
    [
        (executorch, ".pte", r"squeezebert-edge\[build\]"),
        (onnx, ".onnx", r"squeezebert-edge\[build\]"),
        (tflite, ".tflite", "pip install squeezebert-edge"),
    ],
)
def test_missing_package_names_what_to_install(tmp_path, monkeypatch, reader, suffix, install):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"")
    monkeypatch.setattr(reader.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=rf"inspecting {suffix} needs .*{install}"):
        inspect_artifact(path)


def test_missing_coremltools_names_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "model.mlpackage"
    path.mkdir()
    monkeypatch.setattr(coremltools_import, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=r"inspecting \.mlpackage needs .*squeezebert-edge\[build\]"):
        inspect_artifact(path)
