"""Stubs add to android.jar of API 23 what is newer; what it has already they may not repeat."""

from pathlib import Path

import pytest

from tests.android_lab.class_file import ClassFile, read_classes
from tests.android_lab.kotlin_compiler import Module, compile_kotlin
from tests.android_lab.laboratory import AndroidLab
from tests.android_lab.platform import Platform, make_platform
from tests.laboratory.build_step import CheckError

pytestmark = pytest.mark.android

BODY = '{ throw new RuntimeException("Stub!"); }'


def platform_with(lab: AndroidLab, folder: Path, name: str, text: str) -> Platform:
    """Make a platform with one stub."""
    file = folder / "stubs" / f"{name.replace('.', '/')}.java"
    file.parent.mkdir(parents=True)
    package = name.rpartition(".")[0]
    file.write_text(f"package {package};\n{text}\n", encoding="utf-8")
    return make_platform(lab, folder, folder / "stubs")


def compile_against(platform: Platform, folder: Path, text: str) -> list[ClassFile]:
    source = folder / "Sample.kt"
    source.write_text(f"package sample\n\n{text}\n", encoding="utf-8")
    module = Module("sample", (source,), (*platform.android, platform.lab.standard_library))
    return read_classes([compile_kotlin(platform.lab, module, folder / "sample")])


def test_a_newer_method_stands_beside_the_older_ones(android_lab: AndroidLab, tmp_path: Path) -> None:
    text = (
        f"public final class PowerManager {{ public int getCurrentThermalStatus() {BODY} private PowerManager() {{}} }}"
    )
    platform = platform_with(android_lab, tmp_path, "android.os.PowerManager", text)
    use = "internal fun hot(m: android.os.PowerManager) = m.isInteractive && m.currentThermalStatus > 0"
    (compiled,) = compile_against(platform, tmp_path, use)
    assert {"isInteractive", "getCurrentThermalStatus"} <= {member.name for member in compiled.references}


def test_a_newer_declaration_of_a_method_counts(android_lab: AndroidLab, tmp_path: Path) -> None:
    text = """
        import java.io.File;
        import org.jetbrains.annotations.Nullable;
        public abstract class Context { @Nullable public abstract File getExternalFilesDir(String type); }
    """
    platform = platform_with(android_lab, tmp_path, "android.content.Context", text)
    use = "internal fun place(context: android.content.Context): String = context.getExternalFilesDir(null).path"
    with pytest.raises(CheckError, match=r"only safe .* calls are allowed on a nullable receiver of type 'File\?'"):
        compile_against(platform, tmp_path, use)


def test_a_method_that_android_has_is_refused(android_lab: AndroidLab, tmp_path: Path) -> None:
    text = f"public final class PowerManager {{ public boolean isInteractive() {BODY} private PowerManager() {{}} }}"
    with pytest.raises(CheckError, match=r"android\.os\.PowerManager\.isInteractive: android\.jar of API 23 has it"):
        platform_with(android_lab, tmp_path, "android.os.PowerManager", text)


def test_a_stub_that_is_no_java_is_refused(android_lab: AndroidLab, tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"javac:\n.*Sample\.java:2: error: "):
        platform_with(android_lab, tmp_path, "android.os.Sample", "class Sample {")
