"""The laboratory says what a machine lacks, and takes no other file than the one that was asked for."""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from edge.errors import InputError
from tests.android_lab import laboratory
from tests.android_lab.class_data import write_class_data
from tests.android_lab.npm_packages import NpmPackage, unpack_package

# What `npm pack` does: an archive in the working folder, its name on stdout.
NPM = """#!/bin/sh
cp "{archive}" sample-1.0.0.tgz
echo sample-1.0.0.tgz
"""
# What it does without a network; asked to be silent, it says nothing.
FAILING_NPM = """#!/bin/sh
case "$*" in *--silent*) exit 1;; esac
cat >&2 <<'end'
npm error code ECONNREFUSED
npm error syscall connect
npm error errno ECONNREFUSED
npm error FetchError: request failed, reason: connect ECONNREFUSED
npm error     at ClientRequest.emit (node:events:524:28)
end
exit 1
"""


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an archive that this process's npm gets, whatever it is asked for."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package/index.js").write_text("'sample'\n", encoding="ascii")
    path = tmp_path / "archive.tgz"
    with tarfile.open(path, "w:gz") as written:
        written.add(tmp_path / "package", "package")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "npm").write_text(NPM.format(archive=path), encoding="utf-8")
    (programs / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    return path


def test_a_package_is_unpacked(archive: Path, tmp_path: Path) -> None:
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
    package = NpmPackage("sample", "1.0.0", integrity)
    assert unpack_package(package, tmp_path / "work", tmp_path / "root") == {"sample": "1.0.0"}
    assert (tmp_path / "root/index.js").read_text(encoding="ascii") == "'sample'\n"
    assert not (tmp_path / "work").exists()


def test_another_archive_than_expected_is_refused(archive: Path, tmp_path: Path) -> None:
    package = NpmPackage("sample", "1.0.0", "sha512-another")
    with pytest.raises(InputError, match=r"sample@1\.0\.0: npm brought another file than expected"):
        unpack_package(package, tmp_path / "work", tmp_path / "root")
    assert not (tmp_path / "root").exists()


def test_a_failed_download_says_why(archive: Path, tmp_path: Path) -> None:
    npm = tmp_path / "programs/npm"
    npm.write_text(FAILING_NPM, encoding="ascii")
    with pytest.raises(InputError) as failure:
        unpack_package(NpmPackage("sample", "1.0.0", "sha512-"), tmp_path / "work", tmp_path / "root")
    assert str(failure.value) == (
        "npm cannot get sample@1.0.0: FetchError: request failed, reason: connect ECONNREFUSED; "
        "check the network and run again"
    )


def test_an_archive_that_an_interrupted_download_left_is_not_taken(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/sample-0.9.0.tgz").write_bytes(b"half")
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
    unpack_package(NpmPackage("sample", "1.0.0", integrity), tmp_path / "work", tmp_path / "root")
    assert (tmp_path / "root/index.js").is_file()


def test_npm_keeps_nothing_outside_of_the_working_folder(archive: Path, tmp_path: Path) -> None:
    npm = tmp_path / "programs/npm"
    npm.write_text('#!/bin/sh\necho "npm error $*" >&2\nexit 1\n', encoding="ascii")
    with pytest.raises(InputError, match=f"--cache={re.escape(str(tmp_path / 'work' / 'cache'))} "):
        unpack_package(NpmPackage("sample", "1.0.0", "sha512-"), tmp_path / "work", tmp_path / "root")


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("npm", "needs npm, which has the Kotlin compiler: install Node.js"),
        ("javac", "needs a JDK 17; missing: javac"),
        ("apt-get", "needs a Debian system"),
    ],
)
def test_what_a_machine_lacks_is_named(
    missing: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laboratory.platform, "system", lambda: "Linux")
    monkeypatch.setattr(laboratory.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(laboratory.shutil, "which", lambda name: None if name == missing else f"/usr/bin/{name}")
    reason = laboratory.why_not(tmp_path)
    assert reason is not None
    assert message in reason


@pytest.mark.android
def test_what_is_downloaded_needs_neither_npm_nor_apt(
    android_lab: laboratory.AndroidLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    which = shutil.which
    downloaders = ("npm", "apt-get", "dpkg-deb")
    monkeypatch.setattr(laboratory.shutil, "which", lambda name: None if name in downloaders else which(name))
    assert laboratory.why_not(android_lab.folder) is None


@pytest.mark.android
def test_the_tools_start_through_the_loader_of_their_c_library(android_lab: laboratory.AndroidLab) -> None:
    libraries = android_lab.folder / "tools" / "lib"
    said = subprocess.run([libraries / "ld.so", "--version"], capture_output=True, check=True).stdout
    (version,) = re.findall(rb"release version ([\d.]+\d)", said)
    assert b"release version " + version in (libraries / "libc.so.6").read_bytes()


@pytest.mark.android
def test_a_compiler_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^the Kotlin compiler does not start: Error: .*K2JVMCompiler"):
        write_class_data(laboratory.AndroidLab(tmp_path))


def test_another_machine_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laboratory.platform, "machine", lambda: "arm64")
    reason = laboratory.why_not(tmp_path)
    assert reason is not None
    assert reason.endswith("this machine is Linux arm64")
