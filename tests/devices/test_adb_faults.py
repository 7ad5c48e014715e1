"""What can go wrong with a phone in the middle of a visit: one line for the user, and nothing left on the phone."""

import os
import signal
import threading

import pytest

from edge.child_process import silent_stage
from edge.devices import Work, open_device
from edge.devices.android_app import ACTIVITY, PACKAGE, AppDescription
from edge.devices.work import MeasurementRule
from edge.errors import DeviceError, InputError
from edge.runner import VARIABLE
from tests.device_lab.phone_machine import SERIAL
from tests.devices.waiting import wait_until

pytest_plugins = ["tests.device_lab.phone_fixtures"]
pytestmark = pytest.mark.device

# Longer than any test waits.
ENDLESS = MeasurementRule(minimum_runs=10**9, minimum_seconds=3600.0)
APP = AppDescription(program="an app 1.0", runtimes={"executorch": "1.5.1"})


@pytest.fixture(autouse=True)
def _runner(native_runner, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(native_runner.path))


def install(phone, native_runner):
    """Install the app."""
    phone.install_app(PACKAGE, ACTIVITY, native_runner.path, APP.model_dump_json())


def runs(phone):
    """Return whether the phone runs the native runner."""
    return any("squeezebert-edge-runner" in line for line in phone.processes())


def run_on_phone(runner, bundle, program, meanwhile=None, **work):
    """Run an artifact once, while `meanwhile` runs beside it."""
    with open_device("adb", runner, silent_stage) as device:
        beside = threading.Thread(target=meanwhile)
        beside.start()
        try:
            device.run(bundle, [program], Work(threads=1, **work), silent_stage)
        finally:
            beside.join()


@pytest.mark.parametrize("runner", ["app", "native"])
def test_unplugged_in_the_middle(phone, native_runner, program_bundle, program, runner):
    install(phone, native_runner)

    def pull_out():
        wait_until(lambda: runs(phone))
        phone.unplug()

    with pytest.raises(
        DeviceError, match=f"^adb:{SERIAL}: the connection was lost .*; plug it in again and run again$"
    ):
        run_on_phone(runner, program_bundle, program, pull_out, rule=ENDLESS, time_limit=600)

    phone.plug_in()
    wait_until(lambda: phone.processes() == [])
    run_on_phone(runner, program_bundle, program)
    assert not phone.work_folder.exists()


@pytest.mark.parametrize("runner", ["app", "native"])
def test_a_hung_run_is_ended_after_its_time(phone, native_runner, program_bundle, program, runner):
    install(phone, native_runner)

    with pytest.raises(DeviceError, match=f"^adb:{SERIAL}: {program.id} at .* did not end within 3 s"):
        run_on_phone(runner, program_bundle, program, rule=ENDLESS, time_limit=3)

    wait_until(lambda: phone.processes() == [])
    assert not phone.work_folder.exists()
    assert list(phone.shared_storage.rglob("*.json")) == []


@pytest.mark.parametrize("runner", ["app", "native"])
def test_interrupted(phone, native_runner, program_bundle, program, runner):
    install(phone, native_runner)

    def press_control_c():
        wait_until(lambda: runs(phone))
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_on_phone(runner, program_bundle, program, press_control_c, rule=ENDLESS, time_limit=600)

    wait_until(lambda: phone.processes() == [])
    assert not phone.work_folder.exists()


def test_a_full_phone(plugged_in, program_bundle, program):
    phone = plugged_in(storage_bytes=5_000_000)

    with (
        pytest.raises(DeviceError, match=f"^adb:{SERIAL}: .* MB are needed in /data/local/tmp/.* and .* MB are free"),
        open_device("adb", "native", silent_stage),
    ):
        pass

    assert phone.adb("shell", "ls /data/local/tmp").stdout == ""


def test_a_file_that_arrives_damaged(phone, program_bundle, program):
    """As from a storage that is worn out: bytes have changed when they have been written."""
    file = phone.work_folder / "bundle" / program.file
    adb = phone.folder / "bin" / "adb"
    start, client = adb.read_text().splitlines()
    adb.write_text(
        f'{start}\n[ "$3" = push ] || {client}\n{client.removeprefix("exec ")} || exit\n'
        f"[ ! -f '{file}' ] || printf spoiled | dd of='{file}' conv=notrunc status=none\n"
    )

    with pytest.raises(DeviceError, match=f"^adb:{SERIAL}: .* arrives damaged, its checksum differs after 2 transfers"):
        run_on_phone("native", program_bundle, program)

    assert not phone.work_folder.exists()


def test_a_runner_for_another_processor(phone, tmp_path):
    properties = phone.services / "properties"
    properties.write_text(properties.read_text().replace("x86_64", "arm64-v8a"))

    with pytest.raises(InputError, match=r"is for x86_64, the device is aarch64; name a runner that is for it"):
        open_device("adb", "native", silent_stage).__enter__()
    assert not phone.work_folder.exists()


def test_a_phone_without_64_bit_programs(phone):
    properties = phone.services / "properties"
    properties.write_text(properties.read_text().replace("x86_64", "armeabi-v7a"))

    with pytest.raises(InputError, match="its programs are armv7l; the native runner needs a 64-bit Android"):
        open_device("adb", "native", silent_stage).__enter__()


def test_the_app_is_not_installed(phone):
    with pytest.raises(InputError, match=f"^adb:{SERIAL}: the app {PACKAGE} is not installed; build and install it"):
        open_device("adb", "app", silent_stage).__enter__()
    assert not phone.work_folder.exists()


def test_the_app_has_no_such_activity(phone, native_runner):
    phone.install_app(PACKAGE, ".OtherActivity", native_runner.path, APP.model_dump_json())

    with pytest.raises(DeviceError, match=r"Android does not start the app: Error: Activity class .* does not exist"):
        open_device("adb", "app", silent_stage).__enter__()


def test_an_app_of_another_version_is_refused(phone, native_runner):
    description = APP.model_dump_json().replace('"schema_version":1', '"schema_version":2')
    phone.install_app(PACKAGE, ACTIVITY, native_runner.path, description)

    with pytest.raises(InputError, match=r"description is not of version 1 .*schema_version"):
        open_device("adb", "app", silent_stage).__enter__()


def test_an_app_that_crashes(phone, native_runner, program_bundle, program):
    install(phone, native_runner)
    (phone.data / "app" / PACKAGE / "runner" / "squeezebert-edge-runner").unlink()

    with pytest.raises(DeviceError, match="ended without an answer"):
        run_on_phone("app", program_bundle, program)
    assert phone.processes() == []


def test_a_device_that_is_no_android(phone):
    (phone.services / "properties").write_text("")

    with pytest.raises(InputError, match="is no Android device"):
        open_device("adb", None, silent_stage).__enter__()
