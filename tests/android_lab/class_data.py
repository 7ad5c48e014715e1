"""An archive of the Kotlin compiler's classes, which the JVM maps instead of reading and checking each anew."""

import shutil
import subprocess

from edge.errors import InputError
from tests.android_lab.laboratory import AndroidLab

# Reaches what every compilation needs: plugins, data classes, lambdas, collections.
SAMPLE = """
package sample

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

@Serializable
internal data class Sample(val numbers: List<Int> = emptyList(), val name: String? = null)

internal fun read(text: String): Map<String, List<Int>> =
    listOf(Json.decodeFromString(Sample.serializer(), text)).associate { (it.name ?: "none") to it.numbers.sorted() }
"""


def compiler_command(lab: AndroidLab, *options: str) -> list[str]:
    """Return how Java starts the Kotlin compiler; its own arguments come after it."""
    # Compilations are short: a better compiler of Java's bytecode, or more threads for its memory, would not pay.
    java = ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable", *options]
    # The order is part of what an archive is checked against.
    libraries = ("kotlin-compiler", "kotlin-stdlib", "kotlin-reflect", "kotlin-script-runtime", "annotations-13.0")
    jars = [lab.kotlin_home / "lib" / f"{name}.jar" for name in libraries] + [lab.coroutines]
    main = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"
    return [*java, "-cp", ":".join(map(str, jars)), main, "-kotlin-home", str(lab.kotlin_home)]


def write_class_data(lab: AndroidLab) -> dict[str, str]:
    """Write `AndroidLab.class_data` by compiling a sample; InputError if the compiler does not work here."""
    part = lab.class_data.parent.with_name(f"{lab.class_data.parent.name}.part")
    sample = part / "sample"
    sample.mkdir(parents=True)
    source = sample / "Sample.kt"
    source.write_text(SAMPLE, encoding="utf-8")
    classpath = ":".join(map(str, (lab.java_on_android, lab.standard_library, lab.serialization)))
    words = [str(source), "-no-jdk", "-no-stdlib", "-classpath", classpath, "-d", str(sample / "classes")]
    command = compiler_command(lab, f"-XX:ArchiveClassesAtExit={part / lab.class_data.name}")
    plugin = f"-Xplugin={lab.serialization_plugin}"
    done = subprocess.run([*command, *words, plugin], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        first = next(iter((done.stderr + done.stdout).strip().splitlines()), f"exit status {done.returncode}")
        raise InputError(f"the Kotlin compiler does not start: {first}")
    shutil.rmtree(sample)
    part.rename(lab.class_data.parent)
    return {}
