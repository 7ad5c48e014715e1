"""Programs that answer, fail, hang and die, on this machine's own shell."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.devices.remote_folder import RemoteFolder, open_folder
from edge.devices.remote_program import RemoteProgram, run_program
from edge.devices.work import WorkRequest, WorkResult
from edge.errors import DeviceError, InputError
from tests.devices.shell_connection import ShellConnection
from tests.devices.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shell of a device is Linux's")

REQUEST = WorkRequest(bundle="bundle", artifact="tflite-fp32-16", sequence_length=16, threads=1)
RESULT = WorkResult(
    program="runner 1", runtime="runtime 2", artifact="tflite-fp32-16", sequence_length=16, threads=1, load_ms=3.0
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RemoteFolder]:
    (tmp_path / "home").mkdir()
    (tmp_path / "programs").mkdir()
    with open_folder(ShellConnection(tmp_path / "programs"), str(tmp_path / "home"), "device") as opened:
        yield opened


def run(folder: RemoteFolder, command: str, time_limit: float | None = None) -> WorkResult:
    program = RemoteProgram("the program", command, {}, lambda artifact: None, "install it again")
    return run_program(folder, program, REQUEST, time_limit)


def answering(text: str) -> str:
    """Return a program that writes `text` as its answer."""
    return f"cat <<'END' >answer.json\n{text}\nEND\n"


def test_the_answer_is_the_result(folder):
    assert run(folder, answering(f'{{"result": {RESULT.model_dump_json()}}}')) == RESULT


def test_the_program_reads_the_request_in_its_folder(folder):
    check = f"[ \"$(cat request.json)\" = '{REQUEST.model_dump_json()}' ] || exit\n"

    assert run(folder, check + answering(f'{{"result": {RESULT.model_dump_json()}}}')) == RESULT


def test_its_error_is_raised_with_the_device_s_name(folder):
    error = '{"error": {"type": "InputError", "message": "cores 7 cannot be chosen"}}'

    with pytest.raises(InputError, match=r"^shell: cores 7 cannot be chosen$"):
        run(folder, answering(error))


@pytest.mark.parametrize("name", ["SystemExit", "annotations", "__name__", ""])
def test_an_error_that_this_program_does_not_know_is_the_device_s(folder, name):
    with pytest.raises(DeviceError, match=r"^shell: .*: it failed$"):
        run(folder, answering(f'{{"error": {{"type": "{name}", "message": "it failed"}}}}'))


@pytest.mark.parametrize(
    "text",
    ["", "no JSON", "[]", '{"result": {"schema_version": 2}}', '{"answer": 1}', '{"result": null}'],
)
def test_another_answer_says_how_to_get_a_program_of_this_version(folder, text):
    with pytest.raises(DeviceError, match=r"^shell: .*the program.*: install it again$"):
        run(folder, answering(text))


def test_an_answer_about_another_artifact_is_refused(folder):
    other = RESULT.model_copy(update={"artifact": "onnx-fp32-16"})

    with pytest.raises(DeviceError, match="answered nothing about tflite-fp32-16"):
        run(folder, answering(f'{{"result": {other.model_dump_json()}}}'))


def test_an_answer_that_lay_there_before_does_not_count(folder):
    folder.write("answer.json", f'{{"result": {RESULT.model_dump_json()}}}')

    with pytest.raises(DeviceError, match="ended without an answer"):
        run(folder, "exit 0")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("kill -ILL $$", "an instruction that this device's processor does not have: install it again"),
        ("kill -KILL $$", "most likely for want of memory; use a shorter or smaller artifact"),
        ("kill -SEGV $$", r"crashed with signal 11 \(.*\): install it again"),
        ("exec ./nothing", r"cannot be started \(.*nothing.*\): install it again"),
        ("echo 'Error: wrong model' >&2; exit 1", "ended without an answer: Error: wrong model"),
        ("echo 'version `GLIBC_2.99 not found' >&2; exit 1", r"needs newer system libraries .*: install it again"),
        (f"exec {sys.executable} -m edge.devices.nothing", r"missing or too old .*: install it again"),
        ("cat request.json >/dev/full", r"the device is full \(.* MB are free in .*/device\); free some space"),
        ("exit 3", "ended without an answer: exit status 3"),
    ],
)
def test_what_ends_without_an_answer_is_explained(folder, command, message):
    with pytest.raises(DeviceError, match=f"^shell: tflite-fp32-16: .*{message}"):
        run(folder, command)


def test_a_program_of_another_architecture_is_explained(folder, tmp_path):
    # The header of a program for the SPARC.
    program = tmp_path / "runner"
    program.write_bytes(b"\x7fELF\x01\x02\x01" + bytes(9) + b"\x00\x02\x00\x02" + bytes(100))
    program.chmod(0o755)
    folder.put({"program/runner": program})

    with pytest.raises(DeviceError, match=r"is for another architecture than the device's \(.*\): install it again"):
        run(folder, "exec program/runner")


# With its first signal ignored, it has to be killed.
@pytest.mark.parametrize("command", ["exec sleep 600", "trap '' TERM; sleep 600; sleep 600"])
def test_a_hung_program_is_ended(folder, command):
    with pytest.raises(DeviceError, match="tflite-fp32-16 at 16 tokens did not end within 1 s and was ended there"):
        run(folder, command, time_limit=1)

    wait_until(lambda: hanging(folder.path) == [])


def test_a_hung_program_is_ended_where_there_is_no_timeout(folder, monkeypatch):
    monkeypatch.setattr("edge.devices.remote_program.GRACE_SECONDS", 0.5)
    for name in ("sh", "cat", "rm", "sleep", "mkdir", "flock", "sha256sum", "df"):
        (folder.connection.programs / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(folder.connection.programs))

    with pytest.raises(DeviceError, match="did not end within 1 s and was ended there"):
        run(folder, "exec sleep 600", time_limit=1)

    wait_until(lambda: hanging(folder.path) == [])


def test_a_program_can_end_in_order(folder):
    command = "trap 'echo ended >last; exit' TERM\nwhile :; do sleep 0.1; done"

    # As long as a busy machine may take to begin with it.
    with pytest.raises(DeviceError, match="did not end within 5 s"):
        run(folder, command, time_limit=5)

    assert folder.read("last") == "ended\n"


def test_a_program_that_outlived_its_visit_is_ended_by_the_next(tmp_path):
    (tmp_path / "home").mkdir()
    connection = ShellConnection(tmp_path)
    with open_folder(connection, str(tmp_path / "home"), "device", keep=True) as folder:
        place = folder.path
    connection.run(f"cd '{place}' && (echo 'exec sleep 600' >hung; sh hung & echo $! >program.pid) >/dev/null 2>&1")
    wait_until(lambda: hanging(place) == ["sleep 600 "])

    with open_folder(connection, str(tmp_path / "home"), "device"):
        wait_until(lambda: hanging(place) == [])


def test_a_process_elsewhere_with_the_noted_number_is_left_alone(tmp_path):
    (tmp_path / "home/device").mkdir(parents=True)
    connection = ShellConnection(tmp_path)
    held = connection.hold("echo $$; cat >/dev/null")
    number = held.first_line(120)
    (tmp_path / "home/device/program.pid").write_text(number)

    with open_folder(connection, str(tmp_path / "home"), "device"):
        pass

    assert held.process.poll() is None
    held.release()


def hanging(place: str) -> list[str]:
    """Return the command lines of what sleeps for 600 s in the folder `place`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
            if str((process / "cwd").readlink()) == place and "600" in words:
                found.append(" ".join(words))
        except OSError:
            continue
    return found
