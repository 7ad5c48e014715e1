"""The module edge-text: plain Kotlin, compiled against the part of Android's API that is Java's, tested on this JVM."""

from collections.abc import Sequence
from pathlib import Path

from tests.android_lab.junit import JUnitRun, run_junit
from tests.android_lab.kotlin_compiler import FOR_DX, Module, compile_kotlin
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import REPOSITORY, files_below
from tests.laboratory.tool import run_tool

FOLDER = REPOSITORY / "android_demo" / "edge-text"
SOURCES = FOLDER / "src" / "main" / "kotlin"
RESOURCES = FOLDER / "src" / "main" / "resources"
TEST_SOURCES = FOLDER / "src" / "test" / "kotlin"

TOKENIZER_BENCHMARK = "org.squeezebert.edge.text.tokenizer.TokenizerBenchmarkKt"

# The system property with the folder of `tests.app_vectors`.
VECTORS_PROPERTY = "edge.vectors"


def libraries(lab: AndroidLab) -> tuple[Path, ...]:
    """Return what edge-text is linked with."""
    return (lab.standard_library, lab.serialization)


def compile_edge_text(lab: AndroidLab, folder: Path) -> Path:
    """Return the folder with edge-text's classes, in `folder`.

    Raises
    ------
    CheckError
        With what the compiler printed.
    """
    # Without the JDK: it has classes and methods that a phone lacks.
    sources = tuple(files_below(SOURCES, ".kt"))
    classpath = (lab.java_on_android, *libraries(lab))
    module = Module("edge-text", sources, classpath, FOR_DX)
    return compile_kotlin(lab, module, folder / "edge-text")


def compile_tests(lab: AndroidLab, folder: Path) -> Path:
    """Return the folder with the classes of edge-text's tests, in `folder`; CheckError as `compile_edge_text`."""
    main = compile_edge_text(lab, folder)
    classpath = (main, *libraries(lab), *lab.test_libraries)
    sources = tuple(files_below(TEST_SOURCES, ".kt"))
    module = Module("edge-text-test", sources, classpath, friends=(main,), with_jdk=True)
    return compile_kotlin(lab, module, folder / "edge-text-test")


def run_tests(lab: AndroidLab, folder: Path, vectors: Path, classes: Sequence[str] = ()) -> str:
    """Run edge-text's tests on this JVM; return what JUnit printed.

    Parameters
    ----------
    vectors
        What `tests.app_vectors` wrote.
    classes
        Those to run, by full or simple name; none means all.

    Raises
    ------
    CheckError
        With what JUnit printed, if a test fails; or if there is no such test.
    """
    compiled = compile_tests(lab, folder)
    properties = {VECTORS_PROPERTY: str(vectors.absolute())}
    return run_junit(JUnitRun("edge-text", compiled, _test_classpath(lab, folder), FOLDER, properties), classes)


def time_tokenizer(lab: AndroidLab, folder: Path, vectors: Path) -> str:
    """Time MiniLM's tokenizer on this JVM; return what the benchmark printed, in milliseconds."""
    compile_tests(lab, folder)
    # A decimal point, whatever this machine's language.
    command = ["java", "-Duser.language=en", "-cp", ":".join(map(str, _test_classpath(lab, folder)))]
    return run_tool([*command, TOKENIZER_BENCHMARK, str(vectors / "tokenizer" / "minilm")], "the tokenizer's benchmark")


def _test_classpath(lab: AndroidLab, folder: Path) -> tuple[Path, ...]:
    own = (folder / "edge-text", RESOURCES, folder / "edge-text-test")
    return (*own, *libraries(lab), *lab.test_libraries)
