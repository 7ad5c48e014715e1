"""A visit to an iPhone: which commands, which files, what is left; with a program that stands for Xcode's.

`tests.device_lab.iphone` says what this shows and what it does not.
"""

import numpy as np
import pytest

from edge.child_process import silent_stage
from edge.devices import Work, ios, open_device
from edge.devices.ios_app import BUNDLE_IDENTIFIER, VARIABLE
from edge.devices.ios_devicectl import Devicectl
from edge.devices.work import MeasurementRule
from edge.errors import DeviceError, InputError
from edge.golden import load_golden
from tests.device_lab.iphone import DEVICE, UDID, make_iphone

pytest_plugins = ["tests.device_lab.phone_fixtures"]

SHORT = MeasurementRule(minimum_runs=5, minimum_seconds=0.0, warm_up_seconds=0.2)


@pytest.fixture
def iphone(tmp_path, monkeypatch):
    """Return an unlocked iPhone with the app, which this process takes for one behind Xcode."""
    made = make_iphone(tmp_path / "iphone", BUNDLE_IDENTIFIER)
    monkeypatch.setattr(ios, "find_devicectl", lambda: Devicectl(made.xcrun))
    return made


def visit(runner=None, keep_files=False):
    """Visit the only device."""
    return open_device("ios", runner, silent_stage, keep_files)


def run_on(iphone, bundle, program, app="works", **work):
    """Run an artifact once, with an app that behaves as `app` says from its description on."""
    with visit() as device:
        iphone.set("app", app)
        return device.run(bundle, [program], Work(threads=1, **work), silent_stage)


def test_outputs_and_latencies_come_home(iphone, program_bundle, program):
    with visit() as device:
        (run,) = device.run(program_bundle, [program], Work(threads=1, rule=SHORT), silent_stage)

    assert len(run.result.timing.latencies_ms) >= SHORT.minimum_runs
    reference = load_golden(program_bundle / "golden", program.sequence_lengths[0]).outputs
    for found, expected in zip(run.outputs, reference, strict=True):
        np.testing.assert_allclose(found["logits"], expected["logits"], atol=0.1)
    assert not iphone.files.exists()


def test_the_device_is_described(iphone):
    with visit() as device:
        information = device.information

    assert str(information) == "iPhone 15 Pro, iOS 18.2, aarch64, 6 cores"
    assert (information.name, information.thermal_state, information.throttled) == (f"ios:{UDID}", "nominal", False)
    assert information.runtimes == {"executorch": "1.5.1", "iOS": "18.2"}
    # Neither the owner's name nor the device's number.
    assert UDID not in information.identity
    assert "Somebody" not in information.model_dump_json()


def test_what_is_there_is_not_pushed_again(iphone, program_bundle, program):
    for _ in range(2):
        before = len(iphone.calls())
        with visit(keep_files=True) as device:
            device.run(program_bundle, [program], Work(threads=1), silent_stage)
        copies = [call for call in iphone.calls()[before:] if call[1:4] == ["device", "copy", "to"]]

    assert (iphone.files / "bundle" / program.file).is_file()
    # The request alone.
    assert len(copies) == 1


def test_each_run_is_a_new_process_that_is_waited_for(iphone, program_bundle, program):
    run_on(iphone, program_bundle, program)

    launches = [call for call in iphone.calls() if call[1:4] == ["device", "process", "launch"]]
    assert all({"--console", "--terminate-existing", "--json-output", "--timeout"} <= set(call) for call in launches)
    assert [call[call.index(BUNDLE_IDENTIFIER) + 1] for call in launches] == ["describe", "work", "clean"]
    # Known to empty the whole container.
    assert not [call for call in iphone.calls() if "--remove-existing-content" in call]


def test_each_artifact_is_answered_for(iphone, program):
    other = program.model_copy(update={"format": "tflite"})
    newer = program.model_copy(update={"minimum_runtime": {"executorch": "9"}})

    with visit() as device:
        assert device.why_not(program) is None
        assert device.why_not(other) == (
            f"ios:{UDID}: the iOS app does not run tflite artifacts; build coreml or executorch"
        )
        assert "the app's executorch 1.5.1 does not compute this artifact right" in device.why_not(newer)


def test_core_ml_needs_the_system_that_it_was_built_for(iphone, program):
    package = program.model_copy(update={"format": "coreml", "minimum_runtime": {"iOS": "18", "macOS": "15"}})
    newer = package.model_copy(update={"minimum_runtime": {"iOS": "19", "macOS": "16"}})

    with visit() as device:
        assert device.why_not(package) is None
        assert "it needs iOS 19, the device has iOS 18.2" in device.why_not(newer)


def test_a_locked_device(iphone):
    iphone.set("locked", True)

    with pytest.raises(DeviceError, match=f"^ios:{UDID}: it is locked: unlock it, keep its screen on, and run again$"):
        visit().__enter__()


def test_a_device_that_is_locked_meanwhile(iphone, program_bundle, program):
    with pytest.raises(DeviceError, match=f"^ios:{UDID}: it is locked"):
        run_on(iphone, program_bundle, program, app="locked")


def test_no_device(iphone):
    iphone.set("devices", [])

    with pytest.raises(InputError, match=r"^Xcode knows no iPhone or iPad"):
        visit().__enter__()


def test_the_app_is_not_installed(iphone):
    iphone.set("apps", [])

    with pytest.raises(
        InputError, match=f"^ios:{UDID}: the app {BUNDLE_IDENTIFIER} is not installed; build and install"
    ):
        visit().__enter__()


def test_another_bundle_identifier_is_named_by_a_variable(iphone, monkeypatch):
    monkeypatch.setenv(VARIABLE, "com.example.mine")
    iphone.set("apps", ["com.example.mine"])

    with visit() as device:
        assert device.container.app == "com.example.mine"


def test_a_hung_run_is_ended(iphone, program_bundle, program, monkeypatch):
    monkeypatch.setattr("edge.devices.ios_devicectl.GRACE_SECONDS", 0.5)

    with pytest.raises(DeviceError, match=f"^ios:{UDID}: {program.id} at .* did not end within 1 s"):
        run_on(iphone, program_bundle, program, app="hangs", time_limit=1)

    assert [call for call in iphone.calls() if call[1:4] == ["device", "process", "terminate"] and "4321" in call]
    assert not iphone.files.exists()


def test_a_full_device(iphone, program_bundle, program):
    with pytest.raises(DeviceError, match=f"^ios:{UDID}: devicectl failed: No space left on device$"):
        run_on(iphone, program_bundle, program, app="full")


def test_an_app_that_crashes(iphone, program_bundle, program):
    with pytest.raises(DeviceError, match=r"the app ended without an answer about .*; see its crash log"):
        run_on(iphone, program_bundle, program, app="crashes")


def test_an_unpaired_device(iphone):
    iphone.set("devices", [{**DEVICE, "connectionProperties": {"pairingState": "unpaired"}}])

    with pytest.raises(InputError, match=f"^ios:{UDID} is not paired"):
        visit().__enter__()


def test_cores_cannot_be_chosen(iphone, program_bundle, program):
    with pytest.raises(InputError, match="iOS does not let a program choose its cores"):
        run_on(iphone, program_bundle, program, cores=(0,))


def test_an_unknown_runner_is_refused(iphone):
    with pytest.raises(InputError, match="no runner 'native' for ios devices; choose app"):
        visit("native").__enter__()
