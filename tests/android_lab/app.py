"""The module app, compiled against the platform's stubs and those of the runtimes: android_demo/verify."""

from collections.abc import Sequence
from pathlib import Path

from tests.android_lab import edge_text
from tests.android_lab.gradle_files import GradleFiles
from tests.android_lab.junit import JUnitRun, run_junit
from tests.android_lab.kotlin_compiler import FOR_DX, Module, compile_kotlin
from tests.android_lab.laboratory import AndroidLab
from tests.android_lab.manifest import write_merged_manifest
from tests.android_lab.platform import make_platform
from tests.laboratory.build_step import REPOSITORY, build_step, files_below
from tests.laboratory.tool import run_tool

FOLDER = REPOSITORY / "android_demo" / "app"
MAIN = FOLDER / "src" / "main"
MANIFEST = MAIN / "AndroidManifest.xml"
RESOURCES = MAIN / "res"
SOURCES = MAIN / "kotlin"
TEST_SOURCES = FOLDER / "src" / "test" / "kotlin"
LIBRARY_STUBS = REPOSITORY / "android_demo" / "verify" / "libraries"

BUILD_CONFIG = """package {package};

public final class BuildConfig {{
    public static final boolean DEBUG = Boolean.parseBoolean("true");
    public static final String APPLICATION_ID = "{package}";
    public static final String BUILD_TYPE = "debug";
    public static final int VERSION_CODE = {code};
    public static final String VERSION_NAME = "{name}";
{fields}
}}
"""


def compile_resources(lab: AndroidLab, folder: Path) -> Path:
    """Return a folder with ``resources.apk``, and ``classes`` with R and BuildConfig.

    Raises
    ------
    CheckError
        With what aapt or the compiler printed.
    """
    gradle = GradleFiles()

    def work(output: Path) -> None:
        sources = output / "java"
        sources.mkdir()
        manifest = output / "AndroidManifest.xml"
        write_merged_manifest(MANIFEST, gradle, manifest)
        words = ["package", "-f", "-m", "-M", str(manifest), "-S", str(RESOURCES), "-I", str(lab.android)]
        aapt = [str(lab.tool("aapt")), *words, "-J", str(sources), "-F", str(output / "resources.apk")]
        run_tool(aapt, "aapt")
        package = gradle.app_setting("namespace")
        fields = gradle.build_config_fields().items()
        (sources / "BuildConfig.java").write_text(
            BUILD_CONFIG.format(
                package=package,
                code=gradle.app_setting("versionCode"),
                name=gradle.app_setting("versionName"),
                fields="\n".join(f'    public static final String {name} = "{text}";' for name, text in fields),
            ),
            encoding="utf-8",
        )
        classes = output / "classes"
        classes.mkdir()
        javac = ["javac", "-nowarn", "-source", "8", "-target", "8", "-bootclasspath", str(lab.android)]
        run_tool([*javac, "-d", str(classes), *map(str, files_below(sources, ".java"))], "javac")

    settings = [GradleFiles().folder / "gradle" / "libs.versions.toml", FOLDER / "build.gradle.kts"]
    return build_step(folder / "resources", [BUILD_CONFIG], [MANIFEST, RESOURCES, *settings, lab.android], work)


def compile_library_stubs(lab: AndroidLab, folder: Path) -> Path:
    """Return a folder with the classes that stand for the runtimes' libraries; CheckError as `compile_app`."""
    platform = make_platform(lab, folder)
    sources = tuple(files_below(LIBRARY_STUBS, ".kt"))
    classpath = (*platform.android, lab.standard_library)
    return compile_kotlin(lab, Module("libraries", sources, classpath, FOR_DX), folder / "library-stubs")


def compile_app(lab: AndroidLab, folder: Path) -> Path:
    """Return the folder with the app's classes, in `folder`.

    Raises
    ------
    CheckError
        With what a compiler printed.
    """
    platform = make_platform(lab, folder)
    stubs = compile_library_stubs(lab, folder)
    resources = compile_resources(lab, folder)
    text = edge_text.compile_edge_text(lab, folder)
    own = (resources / "classes", text, stubs)
    classpath = (*platform.android, *own, *edge_text.libraries(lab), lab.coroutines)
    module = Module("app", tuple(files_below(SOURCES, ".kt")), classpath, FOR_DX)
    return compile_kotlin(lab, module, folder / "app")


def compile_app_tests(lab: AndroidLab, folder: Path) -> Path:
    """Return the folder with the classes of the app's tests, in `folder`; CheckError as `compile_app`."""
    main = compile_app(lab, folder)
    classpath = _test_classpath(lab, folder, main)
    sources = tuple(files_below(TEST_SOURCES, ".kt"))
    module = Module("app-test", sources, classpath, friends=(main,), with_jdk=True)
    return compile_kotlin(lab, module, folder / "app-test")


def run_app_tests(lab: AndroidLab, folder: Path, vectors: Path, classes: Sequence[str] = ()) -> str:
    """Run the app's tests of what needs no phone, on this JVM, as `tests.android_lab.edge_text.run_tests` does."""
    compiled = compile_app_tests(lab, folder)
    classpath = (compiled, edge_text.RESOURCES, *_test_classpath(lab, folder, folder / "app"))
    properties = {edge_text.VECTORS_PROPERTY: str(vectors.absolute())}
    return run_junit(JUnitRun("app", compiled, classpath, FOLDER, properties), classes)


def _test_classpath(lab: AndroidLab, folder: Path, main: Path) -> tuple[Path, ...]:
    own = (main, folder / "resources" / "classes", folder / "edge-text", folder / "library-stubs")
    libraries = (*edge_text.libraries(lab), lab.coroutines, *lab.test_libraries)
    # Of Android only what signatures name: nothing of it runs here.
    platform = make_platform(lab, folder)
    return (*own, *libraries, *platform.android)
