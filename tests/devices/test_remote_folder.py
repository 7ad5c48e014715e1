"""The work folder of a visit, on this machine's own shell."""

import os
import shlex
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.devices.remote_folder import open_folder
from edge.errors import DeviceError
from tests.devices.shell_connection import ShellConnection
from tests.devices.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shell of a device is Linux's")


@pytest.fixture
def connection(tmp_path: Path) -> ShellConnection:
    (tmp_path / "programs").mkdir()
    return ShellConnection(tmp_path / "programs")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "a user's home"
    folder.mkdir()
    return folder


@pytest.fixture
def local(tmp_path: Path) -> Path:
    file = tmp_path / "model.bin"
    file.write_bytes(bytes(range(256)) * 100)
    return file


def write_program(connection: ShellConnection, name: str, script: str) -> None:
    """Put a program before the device's own."""
    path = connection.programs / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_files_arrive_in_a_folder_that_only_the_user_reads(connection, base, local):
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"bundle/tflite/model.bin": local})

        assert (base / "device/bundle/tflite/model.bin").read_bytes() == local.read_bytes()
        assert stat.S_IMODE((base / "device").stat().st_mode) == 0o700


def test_nothing_is_left_at_the_end(connection, base, local):
    with open_folder(connection, str(base), ".cache/squeezebert-edge/device") as folder:
        folder.put({"bundle/model.bin": local})

    assert list(base.iterdir()) == []


def test_folders_that_others_use_stay(connection, base, local):
    (base / ".cache/other").mkdir(parents=True)

    with open_folder(connection, str(base), ".cache/squeezebert-edge/device"):
        pass

    assert [path.name for path in (base / ".cache").iterdir()] == ["other"]


def test_nothing_is_left_after_an_error(connection, base, local):
    def interrupted() -> None:
        with open_folder(connection, str(base), "device") as folder:
            folder.put({"bundle/model.bin": local})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert list(base.iterdir()) == []


def test_only_what_differs_is_pushed(connection, base, local, tmp_path):
    other = tmp_path / "other.bin"
    other.write_text("another file")
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"model.bin": local})
        before = (base / "device/model.bin").stat()

        folder.put({"model.bin": local, "other.bin": other})

        assert (base / "device/model.bin").stat() == before
        assert (base / "device/other.bin").read_text() == "another file"


def test_what_was_changed_there_is_pushed_again(connection, base, local):
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"model.bin": local})
        (base / "device/model.bin").write_bytes(bytes(25600))

        folder.put({"model.bin": local})

        assert (base / "device/model.bin").read_bytes() == local.read_bytes()


def test_kept_files_are_not_pushed_again(connection, base, local):
    with open_folder(connection, str(base), "device", keep=True) as folder:
        folder.put({"model.bin": local})
    before = (base / "device/model.bin").stat()

    with open_folder(connection, str(base), "device") as folder:
        folder.put({"model.bin": local})
        assert (base / "device/model.bin").stat() == before

    assert list(base.iterdir()) == []


def test_a_kept_folder_has_only_what_was_pushed(connection, base, local):
    with open_folder(connection, str(base), "device", keep=True) as folder:
        folder.put({"model.bin": local})

    assert [path.name for path in (base / "device").iterdir()] == ["model.bin"]


def test_files_of_an_earlier_visit_that_are_not_wanted_are_removed(connection, base, local):
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"bundle/tflite/old.tflite": local, "bundle/manifest.json": local})

        folder.keep_only("bundle", {"bundle/manifest.json"})

        assert [path.name for path in (base / "device/bundle").rglob("*") if path.is_file()] == ["manifest.json"]


def test_a_program_can_be_executed_there(connection, base, tmp_path):
    program = tmp_path / "runner"
    program.write_text("#!/bin/sh\necho it runs\n")
    program.chmod(0o755)
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"program/runner": program})

        assert connection.run(shlex.quote(folder.place("program/runner"))).stdout == "it runs\n"


def test_a_program_that_a_lost_visit_could_not_make_executable_becomes_it(connection, base, tmp_path):
    program = tmp_path / "runner"
    program.write_text("#!/bin/sh\necho it runs\n")
    program.chmod(0o755)
    (base / "device").mkdir()
    (base / "device/runner").write_text(program.read_text())

    with open_folder(connection, str(base), "device") as folder:
        folder.put({"runner": program})

        assert os.access(base / "device/runner", os.X_OK)


def test_names_with_blanks_and_quotes_are_names(connection, base, local):
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"bundle/it's a $(touch hacked) model.bin": local})

        assert (base / "device/bundle/it's a $(touch hacked) model.bin").is_file()
        assert not list(base.rglob("hacked"))


def test_a_second_visit_reads_who_holds_the_device(connection, base):
    with (
        open_folder(connection, str(base), "device"),
        pytest.raises(DeviceError, match=rf"in use by .*, process {os.getpid()}, since 2\d\d\d-.* UTC; wait"),
        open_folder(connection, str(base), "device"),
    ):
        pass


def test_a_refused_visit_leaves_the_other_alone(connection, base, local):
    with open_folder(connection, str(base), "device") as folder:
        folder.put({"model.bin": local})
        with pytest.raises(DeviceError), open_folder(connection, str(base), "device"):
            pass

        assert (base / "device/model.bin").is_file()


def test_the_device_is_free_after_a_visit(connection, base):
    for _ in range(2):
        with open_folder(connection, str(base), "device"):
            pass


def test_the_lock_goes_with_the_process_that_held_it(connection, base, tmp_path):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom edge.devices.remote_folder import open_folder\n"
        "from tests.devices.shell_connection import ShellConnection\n"
        f"with open_folder(ShellConnection(Path({str(connection.programs)!r})), {str(base)!r}, 'device') as folder:\n"
        f"    folder.put({{'left.bin': Path(__file__)}})\n    print('held', flush=True)\n    time.sleep(600)\n"
    )
    (tmp_path / "visit.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    other = subprocess.Popen([sys.executable, tmp_path / "visit.py"], stdout=subprocess.PIPE, env=environment)
    assert other.stdout.readline() == b"held\n"

    other.kill()
    other.wait()
    wait_until(lambda: not lock_holders(base))

    assert (base / "device/left.bin").is_file()
    with open_folder(connection, str(base), "device"):
        pass
    assert list(base.iterdir()) == []


def test_a_file_that_arrives_damaged_once_is_pushed_again(base, local, tmp_path):
    damaging = DamagingConnection(tmp_path, left=["once"])

    with open_folder(damaging, str(base), "device") as folder:
        folder.put({"model.bin": local})

        assert (base / "device/model.bin").read_bytes() == local.read_bytes()


def test_a_file_that_arrives_damaged_twice_is_named(base, local, tmp_path):
    damaging = DamagingConnection(tmp_path, left=["once", "twice"])

    with (
        pytest.raises(DeviceError, match=r"shell: model.bin arrives damaged, .* check the device's storage"),
        open_folder(damaging, str(base), "device") as folder,
    ):
        folder.put({"model.bin": local})

    assert list(base.iterdir()) == []


def test_too_little_space_is_said_before_anything_is_pushed(connection, base, local):
    write_program(
        connection, "df", "echo Filesystem 1024-blocks Used Available Capacity Mounted; echo none 100 93 7 93% /"
    )

    with (
        pytest.raises(DeviceError, match=r"2\.0 MB are needed in .*/device and 0\.0 MB are free; free some space"),
        open_folder(connection, str(base), "device") as folder,
    ):
        folder.put({"model.bin": local})

    assert list(base.iterdir()) == []


def test_a_device_without_flock_says_so(connection, base, monkeypatch):
    for name in ("sh", "mkdir", "cat", "printf"):
        (connection.programs / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(connection.programs))

    with pytest.raises(DeviceError, match="has no 'flock'; install"), open_folder(connection, str(base), "device"):
        pass


def test_a_folder_that_cannot_be_written_is_named(connection, base):
    (base / "device").write_text("a file")

    with pytest.raises(DeviceError, match="device cannot be written"), open_folder(connection, str(base), "device"):
        pass


def lock_holders(base: Path) -> list[str]:
    """Return the processes whose current folder is the work folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = os.readlink(process / "cwd")
        except OSError:
            continue
        if place.startswith(str(base)):
            found.append(place)
    return found


@dataclass(frozen=True)
class DamagingConnection(ShellConnection):
    """Flips a bit of the files that are pushed first, as many as `left` is long."""

    left: list[str] = field(default_factory=list)

    def push(self, local: Path, remote: str) -> None:
        super().push(local, remote)
        if self.left:
            self.left.pop()
            content = bytearray(Path(remote).read_bytes())
            content[-1] ^= 1
            Path(remote).write_bytes(content)
