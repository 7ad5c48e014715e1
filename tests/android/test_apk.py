"""An APK comes out of the app's sources, and a phone's installer would read the right things in it."""

import re
import zipfile
from pathlib import Path

import pytest

from edge.devices.android_app import ACTIVITY, PACKAGE
from tests.android_lab.apk import Badging, badging, build_apk, dump_resources, dump_tree, verify_signature
from tests.android_lab.edge_text import RESOURCES
from tests.android_lab.gradle_files import GradleFiles
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import CheckError

pytestmark = pytest.mark.android


@pytest.fixture(scope="module")
def apk(android_lab: AndroidLab, build_folder: Path) -> Path:
    return build_apk(android_lab, build_folder)


@pytest.fixture(scope="module")
def read(android_lab: AndroidLab, apk: Path) -> Badging:
    return badging(android_lab, apk)


@pytest.fixture(scope="module")
def bench_activity(android_lab: AndroidLab, apk: Path) -> dict[str, str]:
    """Return what the manifest says of the activity that `edge.devices.android_app` starts."""
    elements = re.split(r"^ *E: ", dump_tree(android_lab, apk), flags=re.MULTILINE)
    found = [dict(re.findall(r'A: android:(\w+)\(\w+\)="?([^"\n]*)"?', element)) for element in elements]
    (activity,) = [attributes for attributes in found if attributes.get("name") == ACTIVITY]
    return activity


def test_package_and_versions_are_those_of_the_build_file(read: Badging) -> None:
    gradle = GradleFiles()
    (package,) = read.attributes("package")
    assert package["name"] == PACKAGE == gradle.app_setting("applicationId") == gradle.app_setting("namespace")
    assert package["versionName"] == gradle.version("app")
    assert package["versionCode"] == gradle.app_setting("versionCode")
    assert read.value("sdkVersion") == gradle.version("minSdk") == "26"
    assert read.value("targetSdkVersion") == gradle.version("targetSdk") == "35"


def test_it_asks_for_no_permission_and_no_hardware(read: Badging) -> None:
    assert "uses-permission" not in read.text
    # What every phone has; aapt adds it.
    assert {feature["name"] for feature in read.attributes("  uses-feature")} == {"android.hardware.faketouch"}


def test_one_activity_starts_from_the_launcher(read: Badging) -> None:
    (launched,) = read.attributes("launchable-activity")
    assert launched["name"] == f"{PACKAGE}.MainActivity"
    (application,) = read.attributes("application")
    assert application["label"]
    assert application["icon"].endswith(".xml")


def test_only_the_shell_may_start_a_benchmark(bench_activity: dict[str, str]) -> None:
    assert bench_activity["permission"] == "android.permission.DUMP"
    assert bench_activity["exported"] == "(type 0x12)0xffffffff"


def test_it_looks_different_at_night(android_lab: AndroidLab, apk: Path) -> None:
    table = dump_resources(android_lab, apk)
    colors = table[table.index("color/surface") :]
    assert re.search(r"config night[\w-]*:\s+resource \w+ [\w.]+:color/surface:", colors)


def test_it_has_all_code_and_the_tokenizer_s_table(apk: Path) -> None:
    with zipfile.ZipFile(apk) as archive:
        names = set(archive.namelist())
        dex = archive.read("classes.dex")
    assert dex.startswith(b"dex\n038\0") or dex.startswith(b"dex\n037\0")
    for name in ("org/squeezebert/edge/BenchActivity", "org/squeezebert/edge/text/inference/Model"):
        assert f"L{name};".encode() in dex
    assert {path.relative_to(RESOURCES).as_posix() for path in RESOURCES.rglob("*") if path.is_file()} <= names


def test_its_signature_verifies(android_lab: AndroidLab, apk: Path) -> None:
    said = verify_signature(android_lab, apk)
    assert said.startswith("Verifies")
    assert "Verified using v2 scheme (APK Signature Scheme v2): true" in said


def test_a_changed_apk_does_not_verify(android_lab: AndroidLab, apk: Path, tmp_path: Path) -> None:
    content = bytearray(apk.read_bytes())
    content[len(content) // 2] ^= 1
    changed = tmp_path / "changed.apk"
    changed.write_bytes(content)
    with pytest.raises(CheckError, match="DOES NOT VERIFY"):
        verify_signature(android_lab, changed)
