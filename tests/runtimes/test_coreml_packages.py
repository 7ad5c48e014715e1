"""Damaged packages, packages that the evaluator cannot run, and what it shows of the inside of a program."""

import json
import logging

import numpy as np
import pytest

from edge.errors import ConversionError, InputError, MissingPackageError
from edge.runtimes import coreml
from edge.runtimes.mil import coremltools_import
from tests.runtimes.mil_programs import save_program

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

MODEL = "Data/com.apple.CoreML/model.mlmodel"
WEIGHTS = "Data/com.apple.CoreML/weights/weight.bin"


def one_linear(mb, x):
    weight = np.random.default_rng(0).standard_normal((64, 4)).astype(np.float32)
    return mb.linear(x=x, weight=weight, bias=np.zeros(64, np.float32), name="logits")


@pytest.fixture
def package(tmp_path):
    return save_program(tmp_path, one_linear)


def assert_one_line(error):
    assert "\n" not in str(error.value)


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.mlpackage: no Core ML package here") as error:
        coreml.load(tmp_path / "absent.mlpackage")
    assert_one_line(error)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file.mlpackage").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"an \.mlpackage is a folder"):
        coreml.load(tmp_path / "file.mlpackage")


def test_a_truncated_model_file_is_refused(package):
    content = (package / MODEL).read_bytes()
    (package / MODEL).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"model\.mlmodel: not a Core ML model, or cut short") as error:
        coreml.load(package)
    assert_one_line(error)


def test_an_empty_model_file_is_refused(package):
    (package / MODEL).write_bytes(b"")
    with pytest.raises(InputError, match="holds no model, not an ML program"):
        coreml.load(package)


def test_a_missing_model_file_is_named(package):
    (package / MODEL).unlink()
    with pytest.raises(InputError, match=r"model\.mlmodel: cannot be read \(No such file"):
        coreml.load(package)


@pytest.mark.parametrize("size", [None, 0, 100], ids=["missing", "empty", "cut short"])
def test_damaged_weights_are_refused(package, size):
    content = (package / WEIGHTS).read_bytes()
    (package / WEIGHTS).unlink()
    if size is not None:
        (package / WEIGHTS).write_bytes(content[:size])
    with pytest.raises(InputError, match=r"small\.mlpackage: cannot be loaded") as error:
        coreml.load(package)
    assert_one_line(error)


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_damaged_manifest_is_refused(package, content):
    (package / "Manifest.json").write_text(content)
    with pytest.raises(InputError, match=r"Manifest\.json: not the manifest of a Core ML package"):
        coreml.load(package)


def test_an_unknown_operation_is_named(tmp_path):
    path = save_program(tmp_path, lambda mb, x: mb.cumsum(x=x, axis=1, name="running_total"))
    with pytest.raises(ConversionError, match="does not know the operation cumsum 'running_total'") as error:
        coreml.load(path)
    assert_one_line(error)


def test_the_results_of_a_cast_to_half_are_rounded(tmp_path):
    third = save_program(
        tmp_path, lambda mb, x: mb.cast(x=mb.cast(x=mb.mul(x=x, y=1 / 3), dtype="fp16"), dtype="fp32", name="logits")
    )
    logits = coreml.load(third).run({"input_ids": np.ones((1, 4), np.int32)})["logits"]
    assert logits.tolist() == [[float(np.float16(1 / 3))] * 4]


def test_a_package_without_its_default_function_is_refused(package):
    from coremltools.proto import Model_pb2

    spec = Model_pb2.Model.FromString((package / MODEL).read_bytes())
    spec.mlProgram.functions["adapter"].CopyFrom(spec.mlProgram.functions["main"])
    del spec.mlProgram.functions["main"]
    (package / MODEL).write_bytes(spec.SerializeToString())
    with pytest.raises(InputError, match="no function 'main', only adapter"):
        coreml.load(package)


def test_a_result_of_another_shape_than_declared_is_an_error():
    from edge.runtimes.mil.step import Result, Step, run_step

    result = Result(0, "logits", np.dtype(np.float32), False, (1, 64))
    step = Step("linear", lambda: np.zeros((64, 64), np.float32), {}, (result,))
    with pytest.raises(ConversionError, match=r"linear 'logits': shape \[64, 64\] instead of \[1, 64\]"):
        run_step(step, {})


def test_an_observer_sees_where_float16_overflows(tmp_path):
    from edge.runtimes.mil.evaluator import plan_package
    from edge.runtimes.mil.execution import execute
    from edge.runtimes.mil.package import read_package

    def square_and_back(mb, x):
        return mb.sqrt(x=mb.square(x=x, name="squared"), name="logits")

    plan = plan_package(read_package(save_program(tmp_path, square_and_back, "FLOAT16")))
    overflowed = []

    def observe(step, results):
        if not all(np.isfinite(result).all() for result in results):
            overflowed.append(step.operation)

    outputs = execute(plan, {"input_ids": np.full((1, 4), 300, np.int32)}, observe)
    assert overflowed[0] == "square"
    assert np.isinf(outputs["logits"]).all()


def test_constants_are_dequantized_once_while_loading(package):
    import coremltools as ct
    import coremltools.optimize.coreml as optimize

    from edge.runtimes.mil.evaluator import plan_package
    from edge.runtimes.mil.package import read_package

    config = optimize.OptimizationConfig(optimize.OpLinearQuantizerConfig(weight_threshold=0))
    quantized = package.with_name("quantized.mlpackage")
    optimize.linear_quantize_weights(ct.models.MLModel(str(package)), config).save(str(quantized))
    assert [step.operation for step in plan_package(read_package(quantized)).steps] == ["cast", "linear"]


def test_without_coremltools_the_reason_says_what_to_install(package, monkeypatch):
    monkeypatch.setattr(coremltools_import, "find_spec", lambda name: None)
    assert coreml.why_unavailable() == "running .mlpackage needs coremltools: pip install 'squeezebert-edge[build]'"
    with pytest.raises(MissingPackageError, match="pip install"):
        coreml.load(package)


def test_only_the_greetings_of_coremltools_are_silenced(caplog):
    logger = logging.getLogger("coremltools")
    with coremltools_import.without_import_greetings():
        logger.warning("Failed to load _MLModelProxy: no such module")
        logger.warning("the model is on fire")
    logger.warning("Failed to load _MLModelProxy: afterwards")
    assert caplog.messages == ["the model is on fire", "Failed to load _MLModelProxy: afterwards"]


def test_the_manifest_decides_where_the_model_lies(package):
    manifest = json.loads((package / "Manifest.json").read_text())
    root = manifest["itemInfoEntries"][manifest["rootModelIdentifier"]]
    (package / MODEL).rename(package / "Data" / "elsewhere.mlmodel")
    root["path"] = "elsewhere.mlmodel"
    (package / "Manifest.json").write_text(json.dumps(manifest))
    assert coreml.load(package).run({"input_ids": np.ones((1, 4), np.int32)})["logits"].shape == (1, 64)
