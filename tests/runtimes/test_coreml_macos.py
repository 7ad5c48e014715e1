"""Core ML itself, as far as Linux can show: what is asked of coremltools, and what becomes of its answers.

Two stand-ins answer for Core ML: one for coremltools' classes, which is held to their signatures here, and one below
these classes, so that coremltools' own Python code runs in between.
"""

import inspect

import numpy as np
import pytest

from edge.compute_units import ComputeUnits
from edge.errors import ConversionError, InputError
from edge.placement import NEURAL_ENGINE, describe_placement
from edge.runtimes import coreml
from edge.runtimes.coreml_macos import COMPUTE_UNITS, DEVICES
from edge.runtimes.mil.package import function_operations, read_package
from tests.runtimes import core_ml_double

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

IDS = {"input_ids": np.array([[1, 2, 3, 4]], np.int32)}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Return a float16 package of an embedding (gather), a linear layer and a softmax."""
    import coremltools as ct
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    random = np.random.default_rng(0)
    words = random.standard_normal((10, 8)).astype(np.float32)
    weight = random.standard_normal((6, 8)).astype(np.float32)

    @Builder.program(input_specs=[Builder.TensorSpec((1, 4), dtype=types.int32)], opset_version=ct.target.iOS17)
    def program(input_ids):
        scores = Builder.linear(x=Builder.gather(x=words, indices=input_ids, axis=0), weight=weight)
        return Builder.softmax(x=scores, axis=-1, name="probabilities")

    path = tmp_path_factory.mktemp("package") / "small.mlpackage"
    ct.convert(program, minimum_deployment_target=ct.target.iOS17, convert_to="mlprogram").save(str(path))
    return path


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """Return a package of an embedding and a linear layer that answers with a label beside its logits."""
    import coremltools as ct
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    random = np.random.default_rng(1)
    words = random.standard_normal((10, 8)).astype(np.float32)
    weight = random.standard_normal((3, 32)).astype(np.float32)

    @Builder.program(input_specs=[Builder.TensorSpec((1, 4), dtype=types.int32)], opset_version=ct.target.iOS17)
    def program(input_ids):
        hidden = Builder.reshape(x=Builder.gather(x=words, indices=input_ids, axis=0), shape=(1, 32))
        logits = Builder.linear(x=hidden, weight=weight, name="logits")
        return logits, Builder.softmax(x=logits, axis=-1, name="probabilities")

    path = tmp_path_factory.mktemp("package") / "classifier.mlpackage"
    labels = ct.ClassifierConfig(["no", "yes", "maybe"], predicted_probabilities_output="probabilities")
    options = {"minimum_deployment_target": ct.target.iOS17, "compute_precision": ct.precision.FLOAT32}
    ct.convert(program, convert_to="mlprogram", classifier_config=labels, **options).save(str(path))
    return path


@pytest.fixture
def on_macos(monkeypatch):
    """Make the host a Mac; return a function that sets its version."""

    def be(version):
        monkeypatch.setattr("edge.runtimes.coreml_macos.platform.mac_ver", lambda: (version, ("", "", ""), "arm64"))

    monkeypatch.setattr(coreml, "on_macos", lambda: True)
    be("15.1")
    return be


@pytest.fixture
def models(on_macos, monkeypatch):
    """Put the double in the place of coremltools' classes; return the list of the models that are made of it."""
    made = []

    def make(*words, **options):
        made.append(core_ml_double.MLModel(*words, **options))
        return made[-1]

    monkeypatch.setattr("coremltools.models.MLModel", make)
    monkeypatch.setattr("coremltools.models.compute_plan.MLComputePlan", core_ml_double.MLComputePlan)
    return made


def operators_of(package):
    """Return how many operators of the package the double's Core ML prefers on the CPU and on the Neural Engine."""
    types = [operation.type for operation in function_operations(read_package(package)) if operation.type != "const"]
    on_cpu = sum(name in core_ml_double.ON_CPU for name in types)
    return on_cpu, len(types) - on_cpu


def members(double):
    return [name for name, value in vars(double).items() if not name.startswith("_") or inspect.isfunction(value)]


@pytest.mark.parametrize("name", ["models.MLModel", "models.compute_plan.MLComputePlan"])
def test_the_double_has_nothing_that_the_real_class_lacks(name):
    import coremltools

    real, double = coremltools, getattr(core_ml_double, name.rpartition(".")[2])
    for part in name.split("."):
        real = getattr(real, part)

    for member in members(double):
        theirs, ours = inspect.getattr_static(real, member), inspect.getattr_static(double, member)
        assert type(theirs) is type(ours), member
        if isinstance(ours, property):
            continue
        known = inspect.signature(getattr(real, member)).parameters
        for parameter in inspect.signature(getattr(double, member)).parameters.values():
            assert parameter.kind is known[parameter.name].kind
            assert (parameter.default is parameter.empty) == (known[parameter.name].default is parameter.empty)


def test_every_choice_and_every_device_is_one_of_coremltools():
    from coremltools import ComputeUnit
    from coremltools.models import compute_device

    assert set(COMPUTE_UNITS) == set(ComputeUnits)
    assert set(COMPUTE_UNITS.values()) == {unit.name for unit in ComputeUnit}
    subclasses = {each.__name__ for each in compute_device.MLComputeDevice.__subclasses__()}
    assert set(DEVICES) == subclasses


@pytest.mark.parametrize(
    ("choice", "unit"), [(None, "ALL"), ("cpu", "CPU_ONLY"), ("gpu", "CPU_AND_GPU"), ("ne", "CPU_AND_NE")]
)
def test_the_choice_reaches_core_ml_and_the_name(package, models, choice, unit):
    runtime = coreml.load(package, compute_units=choice)

    (model,) = models
    assert (model.compute_unit.name, model.function_name) == (unit, None)
    assert runtime.name == f"Core ML (macOS 15.1, compute units {choice or 'all'})"
    assert runtime.measures_latency


def test_the_function_reaches_core_ml(package, models):
    coreml.load(package, function="main")

    assert models[0].function_name == "main"


def test_predictions_are_core_ml_s_as_float32(package, models):
    expected = coreml.evaluate(read_package(package)).run(IDS)

    outputs = coreml.load(package).run(IDS)

    assert outputs["probabilities"].dtype == np.float32
    np.testing.assert_allclose(outputs["probabilities"], expected["probabilities"], atol=1e-3)


def test_label_of_a_classifier_is_left_out(classifier, models):
    runtime = coreml.load(classifier)
    outputs = runtime.run(IDS)

    assert set(models[0].predict(IDS)) == {"classLabel", "classLabel_probs", "logits"}
    assert runtime.classes == ("no", "yes", "maybe")
    assert list(outputs) == ["logits"]
    np.testing.assert_allclose(
        outputs["logits"], coreml.evaluate(read_package(classifier)).run(IDS)["logits"], atol=1e-2
    )


def test_inputs_that_do_not_fit_are_refused_before_core_ml_sees_them(package, models):
    with pytest.raises(InputError, match=r"'input_ids' is int32 \[1, 5\], the package takes int32 \[1, 4\]"):
        coreml.load(package).run({"input_ids": np.zeros((1, 5), np.int32)})


def test_a_failing_prediction_is_one_line(package, models, monkeypatch):
    def fail(self, data):
        raise RuntimeError("Error computing\nNN outputs.")

    monkeypatch.setattr(core_ml_double.MLModel, "predict", fail)

    with pytest.raises(
        ConversionError, match=r"small\.mlpackage: Core ML does not run it \(Error computing NN outputs"
    ):
        coreml.load(package).run(IDS)


def test_placement_counts_operators_and_shares_the_cost(package, models):
    devices = coreml.load(package, compute_units="ne").devices()

    assert devices.compute_units == "ne"
    shares = devices.placement.devices
    on_cpu, on_engine = operators_of(package)
    assert {name: share.operators for name, share in shares.items()} == {"CPU": on_cpu, NEURAL_ENGINE: on_engine}
    # The one linear layer costs three times what any other operator does.
    assert shares[NEURAL_ENGINE].cost == pytest.approx((on_engine + 2) / (on_cpu + on_engine + 2))
    assert shares["CPU"].cost == pytest.approx(on_cpu / (on_cpu + on_engine + 2))
    assert devices.placement.without_device > 0


def test_placement_names_what_stays_outside_and_whether_it_had_to(package, models):
    outside = coreml.load(package).devices().placement.outside

    assert (outside["ios17.gather"].operators, outside["ios17.gather"].supported) == (1, 0)
    assert outside["ios17.cast"].supported == outside["ios17.cast"].operators > 0


def test_placement_is_that_of_the_chosen_devices(package, models):
    assert set(coreml.load(package, compute_units="cpu").devices().placement.devices) == {"CPU"}
    assert set(coreml.load(package, compute_units="gpu").devices().placement.devices) == {"CPU", "GPU"}


def test_placement_in_one_line(package, models):
    devices = coreml.load(package).devices()

    line = describe_placement("coreml-fp16-4", devices)

    on_cpu, on_engine = operators_of(package)
    assert line.startswith(f"coreml-fp16-4: {on_engine} of {on_cpu + on_engine} operators prefer the Neural Engine, ")
    assert "% of estimated cost; elsewhere " in line
    assert "ios17.gather 1" in line


def test_an_older_macos_has_no_placement(package, models, on_macos):
    on_macos("14.3")

    devices = coreml.load(package).devices()

    assert devices.placement is None
    assert describe_placement("coreml-fp16-4", devices) == (
        "coreml-fp16-4: Core ML does not say where its operators run (that needs macOS 14.4, this is 14.3)"
    )


def test_a_plan_that_cannot_be_read_is_no_error(package, models, monkeypatch):
    def fail(path, compute_units):
        raise RuntimeError("no plan\nfor you")

    monkeypatch.setattr(core_ml_double.MLComputePlan, "load_from_path", fail)

    assert coreml.load(package).devices().placement_missing == "its plan cannot be read: no plan for you"


def test_a_plan_without_devices_is_no_placement(package, models, monkeypatch):
    monkeypatch.setattr(core_ml_double, "make_usage", lambda operation, units: None)

    missing = coreml.load(package).devices().placement_missing

    assert missing == "its plan gives no operator of function 'main' a device"


def test_off_macos_there_is_nothing_to_choose(package, monkeypatch):
    monkeypatch.setattr(coreml, "on_macos", lambda: False)

    with pytest.raises(InputError, match=r"^--compute-units chooses Core ML's devices and needs macOS; here packages"):
        coreml.load(package, compute_units="cpu")


@pytest.fixture
def native(on_macos, monkeypatch):
    """Put the double below coremltools' own MLModel and MLComputePlan, which then run as they are."""
    monkeypatch.setattr("coremltools.models.model._MLModelProxy", core_ml_double.NativeModel)
    monkeypatch.setattr("coremltools.models.compute_plan._MLModelProxy", core_ml_double.NativeModel)
    monkeypatch.setattr("coremltools.models.compute_plan._MLComputePlanProxy", core_ml_double.NativePlan)


def test_coremltools_own_code_passes_everything_on(package, native):
    runtime = coreml.load(package, compute_units="ne", function="main")

    expected = coreml.evaluate(read_package(package)).run(IDS)
    np.testing.assert_allclose(runtime.run(IDS)["probabilities"], expected["probabilities"], atol=1e-3)
    assert runtime.devices().placement.devices[NEURAL_ENGINE].operators == operators_of(package)[1]


def test_a_package_that_core_ml_refuses_is_one_line(package, native, monkeypatch):
    def refuse(self, *words):
        raise RuntimeError('Error compiling model:\n"unknown opset".')

    monkeypatch.setattr(core_ml_double.NativeModel, "__init__", refuse)

    with pytest.raises(InputError) as error:
        coreml.load(package)

    assert "\n" not in str(error.value)
    assert str(error.value).startswith(f"{package}: Core ML does not load it (")
    assert 'Error compiling model: "unknown opset"' in str(error.value)


def test_a_package_for_a_newer_system_is_refused(package, native, monkeypatch):
    monkeypatch.setattr(core_ml_double.NativeModel, "maximum_supported_specification_version", lambda: 1)

    with pytest.raises(InputError, match=r"was not loaded or compiled with the Core ML Framework.*for this macOS$"):
        coreml.load(package)


def test_an_unknown_function_is_refused(package, native):
    with pytest.raises(InputError, match=r"no function 'length_64', only main"):
        coreml.load(package, function="length_64")
