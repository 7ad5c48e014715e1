"""A visit to an Android device, with the app and with the native runner, over a real adb.

The phone is of this machine's architecture. Where Android's activity manager would start the app, a script starts the
native runner with the app's request.
"""

import numpy as np
import pytest

from edge.child_process import silent_stage
from edge.devices import Work, open_device
from edge.devices.android_app import ACTIVITY, PACKAGE, AppDescription
from edge.devices.work import MeasurementRule
from edge.errors import DeviceError, InputError
from edge.golden import load_golden
from edge.runner import VARIABLE
from tests.device_lab.phone_machine import SERIAL

pytest_plugins = ["tests.device_lab.phone_fixtures"]
pytestmark = pytest.mark.device

SHORT = MeasurementRule(minimum_runs=10, minimum_seconds=0.0, warm_up_seconds=0.5)
APP = AppDescription(program="an app 1.0", runtimes={"executorch": "1.5.1"})


@pytest.fixture
def phone_with_both(phone, native_runner, monkeypatch):
    """Return a phone on which the app is installed, and to which the native runner can be pushed."""
    monkeypatch.setenv(VARIABLE, str(native_runner.path))
    phone.install_app(PACKAGE, ACTIVITY, native_runner.path, APP.model_dump_json())
    return phone


@pytest.mark.parametrize("runner", ["app", "native"])
def test_outputs_are_the_reference_s(phone_with_both, program_bundle, program, runner):
    with open_device("adb", runner, silent_stage) as device:
        (run,) = device.run(program_bundle, [program], Work(threads=1), silent_stage)

    reference = load_golden(program_bundle / "golden", program.sequence_lengths[0]).outputs
    assert (run.result.artifact, run.result.timing) == (program.id, None)
    assert len(run.outputs) == len(reference)
    for found, expected in zip(run.outputs, reference, strict=True):
        np.testing.assert_allclose(found["logits"], expected["logits"], atol=0.1)


@pytest.mark.parametrize("runner", ["app", "native"])
def test_every_latency_comes_home_with_the_phone_s_temperature(phone_with_both, program_bundle, program, runner):
    with open_device(f"adb:{SERIAL}", runner, silent_stage) as device:
        work = Work(threads=1, rule=SHORT, with_outputs=False)
        (run,) = device.run(program_bundle, [program], work, silent_stage)

    assert run.outputs is None
    assert len(run.result.timing.latencies_ms) >= SHORT.minimum_runs
    assert min(run.result.timing.latencies_ms) > 0
    # The kernel of the phone does not say, the thermal service does.
    assert (run.result.timing.before.temperature_c, run.result.timing.after.throttled) == (41.5, False)


@pytest.mark.parametrize("runner", ["app", "native"])
def test_nothing_is_left_on_the_phone(phone_with_both, program_bundle, program, runner):
    with open_device("adb", runner, silent_stage) as device:
        device.run(program_bundle, [program], Work(threads=1), silent_stage)
        assert phone_with_both.work_folder.is_dir()

    assert not phone_with_both.work_folder.exists()
    assert list(phone_with_both.shared_storage.rglob("*.json")) == []
    assert phone_with_both.processes() == []


def test_files_stay_for_the_next_visit_if_that_is_wanted(phone_with_both, program_bundle, program):
    stages = []

    def stage(title):
        stages.append(title)
        return silent_stage(title)

    for _ in range(2):
        stages.clear()
        with open_device("adb", "native", stage, keep_files=True) as device:
            device.run(program_bundle, [program], Work(threads=1), stage)

    assert not [title for title in stages if title.startswith("push")]
    assert (phone_with_both.work_folder / "bundle" / program.file).is_file()


def test_the_phone_is_described(phone_with_both):
    with open_device("adb", None, silent_stage) as device:
        information = device.information

    assert (information.kind, information.name) == ("adb", f"adb:{SERIAL}")
    assert (information.model, information.soc) == ("Squeeze Stand-in", "laboratory")
    assert (information.system, information.architecture) == ("Android 15 (API 35)", "x86_64")
    assert (information.thermal_state, information.throttled) == ("THERMAL_STATUS_NONE", False)
    assert information.temperature_c == 41.5
    assert information.runtimes == APP.runtimes
    assert information.memory_mb > 100
    assert sum(group.count for group in information.cores) >= 1


def test_a_phone_is_the_same_over_another_cable(phone_with_both):
    with open_device("adb", None, silent_stage) as device:
        identity = device.information.identity

    assert identity
    assert "0123456789" not in identity


def test_each_runner_says_which_artifacts_it_runs(phone_with_both, program):
    litert = program.model_copy(update={"format": "tflite"})
    core_ml = program.model_copy(update={"format": "coreml", "backend": "cpu-gpu"})

    with open_device("adb", "app", silent_stage) as app:
        answers = [app.why_not(artifact) for artifact in (program, litert, core_ml)]
    with open_device("adb", "native", silent_stage) as native:
        answers += [native.why_not(artifact) for artifact in (program, litert, core_ml)]

    assert answers[0] is answers[3] is None
    assert answers[1].startswith(f"adb:{SERIAL}: the installed app has no ai-edge-litert; build and install it")
    assert answers[2] == f"adb:{SERIAL}: the Android app does not run coreml artifacts for cpu-gpu"
    assert answers[4].endswith("use --runner app")
    assert "Core ML is on Apple's systems only" in answers[5]


def test_the_screen_is_woken_for_the_app(phone_with_both):
    with open_device("adb", "app", silent_stage):
        assert "mWakefulness=Awake" in (phone_with_both.services / "power").read_text()


def test_android_serial_names_the_device(phone_with_both, monkeypatch):
    monkeypatch.setenv("ANDROID_SERIAL", "of another phone")

    with pytest.raises(InputError, match=f"adb sees no device of another phone, only {SERIAL}"):
        open_device("adb", None, silent_stage).__enter__()
    with open_device(f"adb:{SERIAL}", None, silent_stage) as device:
        assert device.information.name == f"adb:{SERIAL}"


def test_an_unknown_runner_is_refused():
    with pytest.raises(InputError, match="no runner 'python' for adb devices; choose app or native"):
        open_device("adb", "python", silent_stage).__enter__()


def test_two_visits_at_once_are_one_too_many(phone_with_both):
    with (
        open_device("adb", "native", silent_stage),
        pytest.raises(DeviceError, match=f"^adb:{SERIAL}: in use by .*, process .*, since "),
    ):
        open_device("adb", "app", silent_stage).__enter__()
