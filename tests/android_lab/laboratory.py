"""Where things lie in the Android laboratory, and whether this machine can run it."""

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.laboratory.build_step import REPOSITORY

FOLDER_VARIABLE = "SQUEEZEBERT_EDGE_ANDROID_LAB"
DEFAULT_FOLDER = REPOSITORY / "build" / "android-lab"
# Of this repository's checks; every entry may be removed at any time.
BUILD_FOLDER = REPOSITORY / "build" / "android"

JAVA_VERSION = 17
# Of the JDK: aapt and zipalign come with the laboratory.
JAVA_PROGRAMS = ("java", "javac", "keytool")
# Each leaves a record, by which `is_downloaded` knows that apt and npm are not needed.
DOWNLOADS = ("kotlin", "ktlint", "platform", "tools")


@dataclass(frozen=True)
class AndroidLab:
    """Where things lie in an installed laboratory."""

    folder: Path

    @property
    def kotlin_home(self) -> Path:
        """The Kotlin compiler; its libraries are in ``lib``."""
        return self.folder / "kotlin"

    @property
    def class_data(self) -> Path:
        """The compiler's classes as the JVM has them in memory, which halves the time of a small compilation."""
        return self.folder / "class-data" / "kotlin.jsa"

    @property
    def ktlint(self) -> Path:
        """ktlint's jar."""
        return self.folder / "ktlint" / "ktlint.jar"

    @property
    def serialization(self) -> Path:
        """The run-time classes of kotlinx-serialization, core and json."""
        return self.folder / "ktlint" / "kotlinx-serialization.jar"

    @property
    def coroutines(self) -> Path:
        """kotlinx-coroutines-core, which comes with the compiler."""
        return self.kotlin_home / "lib" / "kotlinx-coroutines-core-jvm.jar"

    @property
    def standard_library(self) -> Path:
        """Kotlin's, which comes with the compiler."""
        return self.kotlin_home / "lib" / "kotlin-stdlib.jar"

    @property
    def serialization_plugin(self) -> Path:
        """The compiler's plugin that writes serializers."""
        return self.kotlin_home / "lib" / "kotlinx-serialization-compiler-plugin.jar"

    @property
    def android(self) -> Path:
        """android.jar of API 23: signatures of the platform, and its resources."""
        return self.folder / "platform" / "android.jar"

    @property
    def java_on_android(self) -> Path:
        """The part of `android` that is Java's: what plain Kotlin may use of it on every phone that the app runs on."""
        return self.folder / "platform" / "java.jar"

    @property
    def dx(self) -> Path:
        """The jar of dx, which makes Dalvik's bytecode from Java's."""
        return self.folder / "platform" / "dx.jar"

    @property
    def test_libraries(self) -> list[Path]:
        """JUnit 4 and kotlin.test."""
        kotlin = [self.kotlin_home / "lib" / name for name in ("kotlin-test.jar", "kotlin-test-junit.jar")]
        return [*kotlin, *(self.folder / "tools" / "java" / name for name in ("junit4.jar", "hamcrest-all.jar"))]

    @property
    def signer(self) -> list[Path]:
        """The jars of apksigner."""
        return [self.folder / "tools" / "java" / name for name in ("apksigner.jar", "apksig.jar")]

    def tool(self, name: str) -> Path:
        """Return ``aapt`` or ``zipalign``."""
        return self.folder / "tools" / "bin" / name


def default_folder() -> Path:
    """Return build/android-lab, or what the environment names."""
    return Path(os.environ.get(FOLDER_VARIABLE, DEFAULT_FOLDER)).absolute()


def is_downloaded(folder: Path) -> bool:
    """Return whether `folder` has all that comes from npm and Debian."""
    return all((folder / f"{name}.json").is_file() for name in DOWNLOADS)


def why_not(folder: Path) -> str | None:
    """Return None if the checks can run on this machine, with the laboratory in `folder`.

    Otherwise what is missing, in one line; apt and npm only if there is something to download.
    """
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        return f"the Android laboratory runs on Linux x86_64, this machine is {machine}"
    if not is_downloaded(folder):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            return "the Android laboratory needs a Debian system: apt-get and dpkg-deb are missing"
        if not shutil.which("npm"):
            return "the Android laboratory needs npm, which has the Kotlin compiler: install Node.js"
    missing = [name for name in JAVA_PROGRAMS if not shutil.which(name)]
    if missing:
        return f"the Android laboratory needs a JDK {JAVA_VERSION}; missing: {', '.join(missing)}"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < JAVA_VERSION:
        version = found[1] if found else "unknown"
        return f"the Android laboratory needs a JDK {JAVA_VERSION} or newer; `java` here is version {version}"
    return None
