"""What cannot be profiled, and what the reason is said to be."""

import ctypes.util

import onnx
import pytest
from onnx import TensorProto, helper

from edge.errors import InputError, MissingPackageError
from edge.profile import litert, profile_artifact
from edge.profile import tflite as tflite_profiler


def save_onnx(path, dtype, shape):
    given, copied = (helper.make_tensor_value_info(name, dtype, shape) for name in ("given", "copied"))
    graph = helper.make_graph([helper.make_node("Identity", ["given"], ["copied"])], "copy", [given], [copied])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
    return path


@pytest.mark.parametrize("format_name", ["executorch", "tflite", "onnx"])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_file_that_is_cut_short(tmp_path, converted, format_name, share):
    whole = converted(format_name, "fp32").path
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes()[: int(share * whole.stat().st_size)])
    with pytest.raises(InputError, match=r"cannot load it|damaged or cut short"):
        profile_artifact(path, threads=1)


def test_core_ml_says_who_has_its_times(converted):
    with pytest.raises(InputError, match="Xcode"):
        profile_artifact(converted("coreml", "fp32").path, threads=1)


def test_input_without_a_fixed_shape(tmp_path):
    path = save_onnx(tmp_path / "model.onnx", TensorProto.INT64, [1, "length"])
    with pytest.raises(InputError, match=r"'given' has no fixed shape \(1, length\)"):
        profile_artifact(path, threads=1)


def test_input_that_is_no_array_of_numbers(tmp_path):
    path = save_onnx(tmp_path / "model.onnx", TensorProto.STRING, [1, 4])
    with pytest.raises(InputError, match=r"'given' of type tensor\(string\)"):
        profile_artifact(path, threads=1)


def test_runtime_older_than_the_manifest_wants(converted):
    with pytest.raises(MissingPackageError, match="9999"):
        profile_artifact(converted("onnx", "fp32").path, threads=1, minimum_runtime={"onnxruntime": "9999"})


def test_missing_litert_names_what_to_install(converted, monkeypatch):
    monkeypatch.setattr(tflite_profiler.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match="pip install squeezebert-edge"):
        profile_artifact(converted("tflite", "fp32").path, threads=1)


def test_events_of_another_layout_are_not_read(converted, monkeypatch):
    class Event(ctypes.Structure):
        _fields_ = [*litert._Event._fields_, ("more", ctypes.c_uint64)]

    monkeypatch.setattr(litert, "_Event", Event)
    with pytest.raises(MissingPackageError, match="lays its events out in another way"):
        profile_artifact(converted("tflite", "fp32").path, threads=1)


def test_library_without_a_profiler(converted, monkeypatch, tmp_path):
    library = ctypes.util.find_library("m")

    class Package:
        submodule_search_locations = (str(tmp_path),)

    assert library is not None
    opened = ctypes.CDLL
    (tmp_path / "libLiteRt.so").touch()
    monkeypatch.setattr(litert.util, "find_spec", lambda name: Package)
    monkeypatch.setattr(litert.ctypes, "CDLL", lambda path: opened(library))
    with (
        pytest.raises(MissingPackageError, match="has no LiteRtCreateEnvironment"),
        litert.compiled_with_profiler(converted("tflite", "fp32").path, threads=1),
    ):
        pass
