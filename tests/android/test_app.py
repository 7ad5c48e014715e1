"""The app compiles against the stubs of android_demo/verify, which hold what it uses and little more."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.android_lab.app import LIBRARY_STUBS, MANIFEST, SOURCES, TEST_SOURCES, compile_app, run_app_tests
from tests.android_lab.class_file import ClassFile, read_classes
from tests.android_lab.gradle_files import GradleFiles
from tests.android_lab.junit import number_of_tests, number_passed
from tests.android_lab.laboratory import AndroidLab
from tests.android_lab.manifest import ANDROID
from tests.android_lab.platform import STUBS
from tests.laboratory.vectors import write_vectors

pytestmark = pytest.mark.android

# Of a manifest's application, what has a class.
COMPONENTS = ("activity", "service", "receiver", "provider")
# A stub's API level, and the declaration behind it.
DECLARED = re.compile(r"/\*\*\s*Since API (\d+)\..*?\*/\s*[^;{=(]*?(\w+)\s*[;{=(]", flags=re.DOTALL)


@pytest.fixture(scope="module")
def compiled(android_lab: AndroidLab, build_folder: Path) -> list[ClassFile]:
    """Return the classes of the app and of edge-text."""
    return read_classes([compile_app(android_lab, build_folder), build_folder / "edge-text"])


def source_of_app() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.kt")))


def test_every_class_that_the_manifest_names_is_there(compiled: list[ClassFile]) -> None:
    (application,) = ElementTree.parse(MANIFEST).getroot().findall("application")
    components = [application, *(element for element in application if element.tag in COMPONENTS)]
    names = [name for element in components if (name := element.get(f"{{{ANDROID}}}name"))]
    assert names
    package = GradleFiles().app_setting("namespace")
    classes = {one.name.replace("/", ".") for one in compiled}
    assert {f"{package}{name}" if name.startswith(".") else name for name in names} <= classes


def test_its_tests_of_what_needs_no_phone_pass(android_lab: AndroidLab, build_folder: Path) -> None:
    printed = run_app_tests(android_lab, build_folder, write_vectors())
    assert number_passed(printed) == number_of_tests(TEST_SOURCES)


def test_every_member_of_the_platform_stubs_is_used(compiled: list[ClassFile], build_folder: Path) -> None:
    used = {(member.name, member.descriptor) for one in compiled for member in (*one.references, *one.methods)}
    stubs = read_classes([build_folder / "platform" / "stubs"])
    methods = {member for stub in stubs for member in stub.methods if member.name != "<init>"}
    assert [member for member in methods if (member.name, member.descriptor) not in used] == []
    # A constant is copied into the code that uses it.
    words = set(re.findall(r"\w+", source_of_app()))
    assert [member for stub in stubs for member in stub.fields if member.name not in words] == []


def test_every_name_that_the_library_stubs_declare_occurs_elsewhere() -> None:
    stubs = "\n".join(path.read_text(encoding="utf-8") for path in sorted(LIBRARY_STUBS.rglob("*.kt")))
    declared = re.findall(r"\b(?:class|fun|var)\s+(?:<[^>]*>\s*)?(\w+)", stubs)
    words = re.findall(r"\w+", f"{stubs}\n{source_of_app()}")
    assert [name for name in declared if words.count(name) == 1] == []


def test_a_file_that_uses_what_is_newer_than_the_oldest_phone_asks_for_the_version() -> None:
    oldest = int(GradleFiles().app_setting("minSdk"))
    newer = {
        name
        for path in STUBS.rglob("*.java")
        for level, name in DECLARED.findall(path.read_text(encoding="utf-8"))
        if int(level) > oldest and "VERSION_CODES" not in path.read_text(encoding="utf-8")
    }
    assert newer
    unguarded = []
    for path in sorted(SOURCES.rglob("*.kt")):
        text = path.read_text(encoding="utf-8")
        # A property of Kotlin is a method of Java with another name.
        names = {name for name in newer if re.search(rf"\b({name}|{_property(name)})\b", text)}
        if names and "Build.VERSION.SDK_INT" not in text:
            unguarded.append(f"{path.name}: {', '.join(sorted(names))}")
    assert unguarded == []


def _property(method: str) -> str:
    name = re.sub(r"^(get|set|is)(?=[A-Z])", "", method)
    return name[0].lower() + name[1:] if name != method else method
