"""android.jar of API 23, with what android_demo uses of newer versions of Android: android_demo/verify/platform."""

from dataclasses import dataclass
from pathlib import Path

from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import REPOSITORY, build_step, files_below
from tests.laboratory.tool import run_tool

STUBS = REPOSITORY / "android_demo" / "verify" / "platform"
MERGER = Path(__file__).parent / "java" / "MergePlatform.java"
# ASM, which reads and writes classes, is in the compiler's jar; Nullable and NotNull of Kotlin's annotations.
ASM = "kotlin-compiler.jar"
ANNOTATIONS = "annotations-13.0.jar"


@dataclass(frozen=True)
class Platform:
    """Classes that a phone has.

    Attributes
    ----------
    newer
        Folder with whole classes that have more than in API 23.
    """

    lab: AndroidLab
    newer: Path

    @property
    def android(self) -> tuple[Path, ...]:
        """The class path of an app."""
        return (self.newer, self.lab.android)


def make_platform(lab: AndroidLab, folder: Path, stubs: Path = STUBS) -> Platform:
    """Return the platform, made in `folder`.

    Raises
    ------
    CheckError
        If a stub does not compile, or has what android.jar has.
    """
    sources = files_below(stubs, ".java")

    def work(output: Path) -> None:
        compiled = output / "stubs"
        compiled.mkdir()
        libraries = lab.kotlin_home / "lib"
        classpath = ["-bootclasspath", str(lab.android), "-classpath", str(libraries / ANNOTATIONS)]
        javac = ["javac", "-nowarn", "-source", "8", "-target", "8", *classpath, "-d", str(compiled)]
        run_tool([*javac, *map(str, sources)], "javac")
        merge = ["java", "-XX:TieredStopAtLevel=1", "-cp", str(libraries / ASM), str(MERGER)]
        run_tool([*merge, str(lab.android), str(compiled), str(output / "android")], "platform stubs")

    made = build_step(folder / "platform", [], [MERGER, *sources, lab.android], work)
    return Platform(lab, made / "android")
