"""The check of Kotlin sources finds what it should, and only compiles what has changed."""

from pathlib import Path

import pytest

from tests.android_lab.edge_text import libraries
from tests.android_lab.kotlin_compiler import Module, compile_kotlin
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import CheckError

pytestmark = pytest.mark.android


def compile_text(lab: AndroidLab, folder: Path, text: str) -> Path:
    """Compile one file as edge-text is compiled."""
    source = folder / "Sample.kt"
    source.write_text(f"package sample\n\n{text}\n", encoding="utf-8")
    module = Module("sample", (source,), (lab.java_on_android, *libraries(lab)))
    return compile_kotlin(lab, module, folder / "sample")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("internal fun two(): Int = 2.0", "Sample.kt:3:27: error: return type mismatch: expected 'Int'"),
        ("internal fun two(): Int {\n    val unused = 1\n    return 2\n}", "warning: variable is unused"),
        ("internal fun text(file: java.nio.file.Path) = file.toString()", "error: unresolved reference 'file'"),
        ('internal fun three() = "a".repeat(3) + ("b" as java.lang.String).strip()', "unresolved reference 'strip'"),
        ("internal fun view(view: android.view.View) = view.id", "error: unresolved reference 'android'"),
    ],
    ids=["wrong type", "warning", "class of newer Java", "method of newer Java", "Android in plain Kotlin"],
)
def test_a_wrong_source_fails(android_lab: AndroidLab, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CheckError) as failure:
        compile_text(android_lab, tmp_path, text)
    assert str(failure.value).startswith("kotlinc, sample:\n")
    assert message in str(failure.value)


def test_the_same_source_is_compiled_once(android_lab: AndroidLab, tmp_path: Path) -> None:
    text = "internal fun two(): Int = 2"
    compiled = compile_text(android_lab, tmp_path, text) / "sample/SampleKt.class"
    first = compiled.stat().st_mtime_ns
    compile_text(android_lab, tmp_path, text)
    assert compiled.stat().st_mtime_ns == first
    compile_text(android_lab, tmp_path, f"{text}\n\ninternal fun three(): Int = 3")
    assert compiled.stat().st_mtime_ns != first


def test_a_failure_is_found_again(android_lab: AndroidLab, tmp_path: Path) -> None:
    compile_text(android_lab, tmp_path, "internal fun two(): Int = 2")
    for _ in range(2):
        with pytest.raises(CheckError):
            compile_text(android_lab, tmp_path, "internal fun two(): Int = two")


def test_a_serializer_is_written_for_the_runtime_that_is_here(android_lab: AndroidLab, tmp_path: Path) -> None:
    text = "@kotlinx.serialization.Serializable\ninternal data class Sample(val name: String, val size: Int = 1)"
    compiled = compile_text(android_lab, tmp_path, text)
    assert (compiled / "sample/Sample$$serializer.class").is_file()
