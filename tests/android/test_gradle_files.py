"""What Gradle builds is what the checks compile: sources, versions, dependencies and settings are the same."""

import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from edge.devices.android_app import PACKAGE
from edge.errors import InputError
from tests.android_lab import app, edge_text
from tests.android_lab.gradle_files import FOLDER, GradleFiles
from tests.android_lab.installation import KOTLIN
from tests.android_lab.manifest import ANDROID, TOOLS, write_merged_manifest

REPOSITORY = Path(__file__).parents[2]
MODULES = ("app", "edge-text")
# All that an app with this project's parts gets into it.
ALLOWED = {
    "app": {'project(":edge-text")', "coroutines", "executorch", "litert"},
    "edge-text": {"serialization"},
}
ALLOWED_IN_TESTS = {"junit", "kotlin"}
# What the checks compile and pack; Gradle would take everything else that lies beside it too.
SOURCE_SETS = {
    "app/src": {"main", "test"},
    "app/src/main": {"AndroidManifest.xml", "kotlin", "res"},
    "app/src/test": {"kotlin"},
    "edge-text/src": {"main", "test"},
    "edge-text/src/main": {"kotlin", "resources"},
    "edge-text/src/test": {"kotlin"},
}


@pytest.fixture
def gradle() -> GradleFiles:
    return GradleFiles()


@pytest.fixture
def project() -> dict[str, Any]:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def library(gradle: GradleFiles, accessor: str) -> dict[str, Any]:
    """Return an entry of the catalog by what build files write for it."""
    found: dict[str, Any] = gradle.catalog["libraries"][accessor.removeprefix("libs.").replace(".", "-")]
    return found


def test_the_modules_are_the_folders(gradle: GradleFiles) -> None:
    settings = (FOLDER / "settings.gradle.kts").read_text(encoding="utf-8")
    assert sorted(re.findall(r'^include\(":([\w-]+)"\)$', settings, flags=re.MULTILINE)) == sorted(MODULES)
    assert sorted(path.parent.name for path in FOLDER.glob("*/build.gradle.kts")) == sorted(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_dependencies_are_the_allowed_ones(gradle: GradleFiles, module: str) -> None:
    for configuration, written in gradle.dependencies(module):
        name = written if written.startswith("project(") else str(library(gradle, written)["version"]["ref"])
        assert name in (ALLOWED_IN_TESTS if configuration.startswith("test") else ALLOWED[module])
    count = len(re.findall(r"^ +\w+\((?:libs\.|project\(|\")", _dependency_block(gradle, module), flags=re.MULTILINE))
    assert count == len(gradle.dependencies(module)), "a dependency is written in a way that this test cannot read"


def test_what_public_classes_show_of_a_library_is_passed_on(gradle: GradleFiles) -> None:
    assert ("api", "libs.serialization.json") in gradle.dependencies("edge-text")


def test_every_alias_of_a_build_file_is_in_the_catalog_and_the_other_way_round(gradle: GradleFiles) -> None:
    texts = [gradle.build_file(module) for module in (".", *MODULES)]
    plugins = {alias.replace(".", "-") for module in (".", *MODULES) for alias in gradle.plugins(module)}
    assert plugins == set(gradle.catalog["plugins"])
    used = {
        written.removeprefix("libs.").replace(".", "-")
        for module in MODULES
        for _, written in gradle.dependencies(module)
    }
    assert {name for name in used if not name.startswith("project")} == set(gradle.catalog["libraries"])
    versions = {name for text in texts for name in re.findall(r"libs\.versions\.(\w+)\.get", text)}
    entries = [*gradle.catalog["libraries"].values(), *gradle.catalog["plugins"].values()]
    versions |= {entry["version"]["ref"] for entry in entries}
    assert versions == set(gradle.catalog["versions"])


def test_no_version_stands_outside_of_the_catalog() -> None:
    for path in FOLDER.glob("**/*.gradle.kts"):
        assert re.findall(r'"\d[\w.-]*"', path.read_text(encoding="utf-8")) == [], path.name


def test_the_runtimes_are_those_that_artifacts_are_built_and_verified_with(
    gradle: GradleFiles, project: dict[str, Any]
) -> None:
    build = project["optional-dependencies"]["build"]
    assert f"executorch=={gradle.version('executorch')}" in build
    assert f"ai-edge-litert=={gradle.version('litert')}" in build


def test_the_app_has_the_version_of_this_project(gradle: GradleFiles, project: dict[str, Any]) -> None:
    assert gradle.version("app") == project["version"]


def test_the_compiler_of_the_checks_is_gradle_s(gradle: GradleFiles) -> None:
    assert gradle.version("kotlin") == KOTLIN.version


def test_the_sources_are_where_gradle_looks_for_them(gradle: GradleFiles) -> None:
    main = {edge_text.SOURCES, edge_text.RESOURCES, app.SOURCES, app.RESOURCES}
    assert {path.relative_to(FOLDER).as_posix() for path in main} == {
        "edge-text/src/main/kotlin",
        "edge-text/src/main/resources",
        "app/src/main/kotlin",
        "app/src/main/res",
    }
    tests = {edge_text.TEST_SOURCES, app.TEST_SOURCES}
    assert tests == {FOLDER / module / "src/test/kotlin" for module in MODULES}
    assert all("sourceSets" not in gradle.build_file(module) for module in MODULES)


@pytest.mark.parametrize(("folder", "names"), SOURCE_SETS.items())
def test_gradle_finds_nothing_that_the_checks_leave_out(folder: str, names: set[str]) -> None:
    # A bundle in the app's assets is whatever the developer wants to try.
    assert {path.name for path in (FOLDER / folder).iterdir()} - {"assets"} == names


def test_every_source_is_kotlin() -> None:
    assert [path for module in MODULES for path in (FOLDER / module / "src").rglob("*.java")] == []


def test_names_and_sdks_are_those_that_the_checks_use(gradle: GradleFiles) -> None:
    assert gradle.app_setting("namespace") == gradle.app_setting("applicationId") == PACKAGE
    settings = {name: gradle.app_setting(name) for name in ("compileSdk", "minSdk", "targetSdk")}
    assert settings == {"compileSdk": "35", "minSdk": "26", "targetSdk": "35"}


def test_results_name_the_versions_of_the_catalog(gradle: GradleFiles) -> None:
    assert gradle.build_config_fields() == {
        "EXECUTORCH_VERSION": gradle.version("executorch"),
        "LITERT_VERSION": gradle.version("litert"),
    }


def test_a_release_is_shrunk_with_the_rules_that_are_there(gradle: GradleFiles) -> None:
    assert gradle.app_setting("isMinifyEnabled") == "true"
    assert '"proguard-rules.pro"' in gradle.build_file("app")
    assert (FOLDER / "app" / "proguard-rules.pro").is_file()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_s_tests_find_their_vectors_by_the_same_property(gradle: GradleFiles, module: str) -> None:
    assert f'systemProperty("{edge_text.VECTORS_PROPERTY}", ' in gradle.build_file(module)


def test_only_the_usual_repositories_are_asked() -> None:
    settings = (FOLDER / "settings.gradle.kts").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *repositories \{([^}]*)\}", settings, flags=re.MULTILINE)
    assert [block.split() for block in blocks] == [["google()", "mavenCentral()"]] * 2


def test_a_setting_that_is_not_there_is_named(gradle: GradleFiles) -> None:
    with pytest.raises(InputError, match=r"app/build\.gradle\.kts: ndkVersion is assigned 0 times, not once"):
        gradle.app_setting("ndkVersion")


def test_the_merged_manifest_has_what_gradle_adds_and_not_what_is_for_the_merger(
    gradle: GradleFiles, tmp_path: Path
) -> None:
    write_merged_manifest(app.MANIFEST, gradle, tmp_path / "AndroidManifest.xml")
    merged = ElementTree.parse(tmp_path / "AndroidManifest.xml").getroot()
    assert merged.get("package") == PACKAGE
    (sdk,) = merged.findall("uses-sdk")
    assert sdk.get(f"{{{ANDROID}}}minSdkVersion") == "26"
    assert merged.findall("uses-permission") == []
    assert TOOLS not in (tmp_path / "AndroidManifest.xml").read_text(encoding="utf-8")


def _dependency_block(gradle: GradleFiles, module: str) -> str:
    (block,) = re.findall(r"^dependencies \{(.*?)^\}", gradle.build_file(module), flags=re.MULTILINE | re.DOTALL)
    return block
