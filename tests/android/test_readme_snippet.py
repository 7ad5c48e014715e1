"""What android_demo/README.md tells a developer to write compiles, and what it names is there."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.android_lab import edge_text
from tests.android_lab.app import SOURCES, compile_app, compile_library_stubs
from tests.android_lab.gradle_files import GradleFiles
from tests.android_lab.kotlin_compiler import FOR_DX, Module, compile_kotlin
from tests.android_lab.laboratory import AndroidLab
from tests.android_lab.platform import make_platform
from tests.laboratory.build_step import REPOSITORY

pytestmark = pytest.mark.android

README = REPOSITORY / "android_demo" / "README.md"
LINES = 10


def kotlin() -> str:
    """Return the README's one piece of Kotlin."""
    (code,) = re.findall(r"^```kotlin\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return str(code)


def test_it_compiles(android_lab: AndroidLab, build_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "Snippet.kt").write_text(kotlin(), encoding="utf-8")
    # The classes that the README says to copy are another app's own then, so it sees what is internal.
    app, text = compile_app(android_lab, build_folder), edge_text.compile_edge_text(android_lab, build_folder)
    own = (app, text, compile_library_stubs(android_lab, build_folder))
    libraries = (*edge_text.libraries(android_lab), android_lab.coroutines)
    classpath = (*make_platform(android_lab, build_folder).android, *own, *libraries)
    module = Module("readme", (tmp_path / "Snippet.kt",), classpath, FOR_DX, friends=(app,))
    assert list(compile_kotlin(android_lab, module, tmp_path / "classes").rglob("*.class"))


def test_it_has_ten_lines() -> None:
    lines = [line for line in kotlin().splitlines() if line.strip() and not line.startswith(("import ", "package "))]
    assert len(lines) <= LINES


def test_it_needs_only_the_folder_that_it_says_to_copy() -> None:
    imported = set(re.findall(r"^import org\.squeezebert\.edge\.(?!text\.)(\w+)", kotlin(), flags=re.MULTILINE))
    assert imported == {"engine"}
    for path in sorted((SOURCES / "org/squeezebert/edge/engine").glob("*.kt")):
        if path.name != "EngineLoaders.kt":
            used = re.findall(r"^import org\.squeezebert\.edge\.(?!text\.)", path.read_text(), flags=re.MULTILINE)
            assert used == [], path.name


def test_its_commands_put_a_bundle_into_the_app_the_second_time_too(tmp_path: Path) -> None:
    commands = next(
        block
        for block in re.findall(r"^```\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        if "src/main/assets" in block
    )
    bundle = tmp_path / "build" / "phone"
    bundle.mkdir(parents=True)
    (bundle / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "android_demo/app/src/main").mkdir(parents=True)
    for _ in range(2):
        subprocess.run(["sh", "-e", "-c", commands], cwd=tmp_path, check=True)
    assets = tmp_path / "android_demo/app/src/main/assets"
    assert [path.relative_to(assets).as_posix() for path in assets.rglob("*.json")] == ["bundle/manifest.json"]


def test_its_versions_are_the_app_s() -> None:
    versions = GradleFiles().build_config_fields()
    (litert,) = re.findall(r'LiteRtLoader\("(.*?)"\)', kotlin())
    assert litert == versions["LITERT_VERSION"]


def test_it_names_the_folder_that_the_app_looks_into() -> None:
    source = (SOURCES / "org/squeezebert/edge/bundles/BundleFolders.kt").read_text(encoding="utf-8")
    (folder,) = re.findall(r'PUSHED_BUNDLES: String = "(.*?)"', source)
    assert folder in README.read_text(encoding="utf-8")
