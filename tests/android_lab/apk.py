"""A debug APK of the app, with stubs in place of the runtimes: it starts and says that it has no runtime."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.android_lab import edge_text
from tests.android_lab.app import FOLDER, compile_app, compile_resources
from tests.android_lab.gradle_files import GradleFiles
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import build_step
from tests.laboratory.tool import run_tool

APK = "app-debug.apk"
# Of zipalign: the boundary that native code and mapped files want.
ALIGNMENT = "4"
PASSWORD = "android"
# A key as Android Studio makes it for debugging.
KEY = ("-alias", "androiddebugkey", "-keyalg", "RSA", "-keysize", "2048", "-validity", "10000")
KEY_NAME = "CN=Android Debug,O=Android,C=US"


def build_apk(lab: AndroidLab, folder: Path) -> Path:
    """Return the signed APK, made in `folder`.

    Raises
    ------
    CheckError
        With what a tool printed.
    """
    app = compile_app(lab, folder)
    resources = compile_resources(lab, folder)
    text, stubs = folder / "edge-text", folder / "library-stubs"
    places = [app, resources / "classes", text, stubs, *edge_text.libraries(lab), lab.coroutines]

    def work(output: Path) -> None:
        classes = output / "classes.jar"
        _collect_classes(places, classes)
        dex = output / "classes.dex"
        minimum = GradleFiles().app_setting("minSdk")
        dx = ["java", "-Xmx2g", "-cp", str(lab.dx), "com.android.dx.command.Main", "--dex"]
        run_tool([*dx, f"--min-sdk-version={minimum}", f"--output={dex}", str(classes)], "dx")
        unaligned, aligned = output / "unaligned.apk", output / "aligned.apk"
        shutil.copy(resources / "resources.apk", unaligned)
        with zipfile.ZipFile(unaligned, "a", zipfile.ZIP_DEFLATED) as apk:
            apk.write(dex, "classes.dex")
            for path in sorted(path for path in edge_text.RESOURCES.rglob("*") if path.is_file()):
                apk.write(path, path.relative_to(edge_text.RESOURCES).as_posix())
        run_tool([str(lab.tool("zipalign")), "-f", ALIGNMENT, str(unaligned), str(aligned)], "zipalign")
        _sign(lab, aligned, output / APK)

    inputs = [*places, resources / "resources.apk", edge_text.RESOURCES, FOLDER / "build.gradle.kts", lab.dx]
    return build_step(folder / "apk", [], inputs, work) / APK


@dataclass(frozen=True)
class Badging:
    """What ``aapt dump badging`` reads out of an APK: lines of a name and values."""

    text: str

    def value(self, name: str) -> str | None:
        """Return the value of a line ``name:'value'``."""
        found = re.search(rf"^{re.escape(name)}:'([^']*)'", self.text, flags=re.MULTILINE)
        return found[1] if found else None

    def attributes(self, name: str) -> list[dict[str, str]]:
        """Return the values of each line ``name: key='value' ...`` by their keys."""
        lines = re.findall(rf"^{re.escape(name)}: (.*)$", self.text, flags=re.MULTILINE)
        return [dict(re.findall(r"([\w-]+)='([^']*)'", line)) for line in lines]


def badging(lab: AndroidLab, apk: Path) -> Badging:
    """Read an APK as a phone's installer does."""
    return Badging(run_tool([str(lab.tool("aapt")), "dump", "badging", str(apk)], "aapt dump badging"))


def dump_tree(lab: AndroidLab, apk: Path, file: str = "AndroidManifest.xml") -> str:
    """Return a compiled XML file of an APK as text."""
    return run_tool([str(lab.tool("aapt")), "dump", "xmltree", str(apk), file], "aapt dump xmltree")


def dump_resources(lab: AndroidLab, apk: Path) -> str:
    """Return an APK's table of resources, with all configurations, as text."""
    return run_tool([str(lab.tool("aapt")), "dump", "--values", "resources", str(apk)], "aapt dump resources")


def verify_signature(lab: AndroidLab, apk: Path) -> str:
    """Return what apksigner says of an APK's signatures; CheckError if they do not verify."""
    return run_tool([*_apksigner(lab), "verify", "--verbose", "--print-certs", str(apk)], "apksigner verify")


def _collect_classes(places: list[Path], target: Path) -> None:
    """Put all classes into one jar; not those for newer versions of Java, which dx cannot read."""
    with zipfile.ZipFile(target, "w") as jar:
        for place in places:
            for name, content in _classes(place):
                jar.writestr(name, content)


def _classes(place: Path) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for path in sorted(place.rglob("*.class")):
            yield path.relative_to(place).as_posix(), path.read_bytes()
        return
    with zipfile.ZipFile(place) as jar:
        for name in jar.namelist():
            if name.endswith(".class") and not name.startswith("META-INF/") and name != "module-info.class":
                yield name, jar.read(name)


def _sign(lab: AndroidLab, aligned: Path, signed: Path) -> None:
    store = signed.with_name("debug.keystore")
    passwords = ["-storepass", PASSWORD, "-keypass", PASSWORD]
    run_tool(["keytool", "-genkeypair", "-keystore", str(store), *passwords, *KEY, "-dname", KEY_NAME], "keytool")
    words = ["--ks", str(store), "--ks-pass", f"pass:{PASSWORD}", "--out", str(signed), str(aligned)]
    run_tool([*_apksigner(lab), "sign", *words], "apksigner sign")


def _apksigner(lab: AndroidLab) -> list[str]:
    return ["java", "-cp", ":".join(map(str, lab.signer)), "com.android.apksigner.ApkSignerTool"]
