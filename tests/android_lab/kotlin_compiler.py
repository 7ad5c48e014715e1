"""The Kotlin compiler, started without Gradle. Every warning is an error."""

from dataclasses import dataclass
from pathlib import Path

from tests.android_lab.class_data import compiler_command
from tests.android_lab.laboratory import AndroidLab
from tests.laboratory.build_step import CheckError, build_step
from tests.laboratory.tool import run_tool

# Of every module: the additional warnings too, but for `public` where a reader may want to see it.
OPTIONS = (
    *("-Werror", "-Wextra", "-Xwarning-level=REDUNDANT_VISIBILITY_MODIFIER:disabled"),
    *("-progressive", "-jvm-target", "1.8"),
)
# For modules that go into an APK: dx reads no invokedynamic.
FOR_DX = ("-Xlambdas=class", "-Xsam-conversions=class", "-Xstring-concat=inline")


@dataclass(frozen=True)
class Module:
    """What one call of the compiler gets.

    Attributes
    ----------
    sources
        Kotlin's files, and Java's that they refer to.
    classpath
        Jars and folders of classes, in the order in which they are searched.
    friends
        Those of `classpath` whose ``internal`` declarations the module sees: tests see the module that they test.
    with_jdk
        Whether the JDK's classes come after `classpath`. Android's are not the JDK's.
    """

    name: str
    sources: tuple[Path, ...]
    classpath: tuple[Path, ...]
    options: tuple[str, ...] = ()
    friends: tuple[Path, ...] = ()
    with_jdk: bool = False


def compile_kotlin(lab: AndroidLab, module: Module, output: Path) -> Path:
    """Return a folder with the classes of `module`: `output`.

    Raises
    ------
    CheckError
        With what the compiler printed, if it has an error or a warning.
    """
    if not module.sources:
        raise CheckError(f"{module.name}: there are no sources")
    words = [*OPTIONS, *module.options, "-module-name", module.name, "-no-stdlib", "-no-reflect"]
    words += [] if module.with_jdk else ["-no-jdk"]
    words += ["-classpath", ":".join(map(str, module.classpath)), f"-Xplugin={lab.serialization_plugin}"]
    words += [f"-Xfriend-paths={','.join(map(str, module.friends))}"] if module.friends else []
    command = compiler_command(lab, f"-XX:SharedArchiveFile={lab.class_data}")

    def work(folder: Path) -> None:
        run_tool([*command, *words, "-d", str(folder), *map(str, module.sources)], f"kotlinc, {module.name}")

    return build_step(output, [command, words], [*module.sources, *module.classpath], work)
