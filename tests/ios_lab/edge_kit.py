"""The package EdgeKit, with what stands for Apple's frameworks: one build, which all checks share."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ios_lab.laboratory import IosLab
from tests.ios_lab.swift_root import run_in_root
from tests.ios_lab.swift_tests import SwiftTests, number_of_tests, read_results
from tests.laboratory.build_step import REPOSITORY, CheckError, build_step, files_below

FOLDER = REPOSITORY / "ios_demo"
PACKAGE = FOLDER / "EdgeKit"
# What stands for Apple's frameworks.
VERIFY = FOLDER / "verify"
APP = FOLDER / "App"
DOCS = REPOSITORY / "docs"
TARGETS = REPOSITORY / "edge" / "targets"

# Optimized as for users: the tests compare 100,000 encodings, which takes ten times as long otherwise. A test may see
# what is internal.
OPTIONS = ("--configuration", "release", "-Xswiftc", "-enable-testing", "-Xswiftc", "-warnings-as-errors")

# Environment variables that the tests read: the folder of `tests.app_vectors`, and docs.
VECTORS_VARIABLE = "SQUEEZEBERT_EDGE_APP_VECTORS"
DOCS_VARIABLE = "SQUEEZEBERT_EDGE_DOCS"

TOKENIZER_BENCHMARK = "TokenizerBenchmark"

PRINTED = "printed.txt"
# Swift puts the library's name into the name that it is given.
RESULTS, RESULTS_OPTION = "results-swift-testing.xml", "results.xml"


def build_edge_kit(lab: IosLab, folder: Path) -> Path:
    """Compile the package with its tests, in `folder`; return the folder with the programs.

    Only what has changed is compiled again.

    Raises
    ------
    CheckError
        With what the compiler printed, if it has an error or a warning.
    """
    return build_package(lab, PACKAGE, scratch_folder(lab, folder))


def build_package(lab: IosLab, package: Path, scratch: Path) -> Path:
    """Compile any package with its tests in the folder `scratch`, as EdgeKit is; return the folder with the programs.

    Raises
    ------
    CheckError
        With what the compiler printed, if it has an error or a warning.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    command = ["swift", "build", "--build-tests", *package_options(package, scratch)]
    run_in_root(lab, command, "swift build", more_folders=[package, scratch])
    return scratch / "release"


def run_tests(lab: IosLab, folder: Path, vectors: Path, words: Sequence[str] = ()) -> SwiftTests:
    """Build the package and run its tests, unless they have passed as they are.

    Parameters
    ----------
    vectors
        What `tests.app_vectors` wrote.
    words
        More arguments of ``swift test``: ``--filter``. With them tests run each time.

    Raises
    ------
    CheckError
        With what was printed, if something does not compile or a test fails; or if no test ran.
    """
    build_edge_kit(lab, folder)
    scratch = scratch_folder(lab, folder)
    environment = {VECTORS_VARIABLE: str(vectors.absolute()), DOCS_VARIABLE: str(DOCS)}

    def work(output: Path) -> None:
        command = ["swift", "test", "--skip-build", *package_options(PACKAGE, scratch)]
        command += ["--xunit-output", str(output / RESULTS_OPTION), *words]
        try:
            printed = run_in_root(lab, command, "swift test", environment=environment)
        except CheckError as error:
            # A failed test is named; without results the program has crashed.
            if (output / RESULTS).is_file():
                read_results(output / RESULTS, str(error))
            raise
        (output / PRINTED).write_text(printed, encoding="utf-8")
        _read(output)

    if words:
        with TemporaryDirectory(dir=folder) as name:
            work(Path(name))
            return _read(Path(name))
    files = [*_sources(), DOCS, TARGETS, vectors, lab.record]
    return _read(build_step(folder / "tests", [environment], files, work))


def time_tokenizer(lab: IosLab, folder: Path, vectors: Path) -> str:
    """Time MiniLM's tokenizer on this machine; return what the benchmark printed, in milliseconds."""
    command = [str(build_edge_kit(lab, folder) / TOKENIZER_BENCHMARK), str(vectors.absolute() / "tokenizer" / "minilm")]
    return run_in_root(lab, command, "the tokenizer's benchmark")


def number_of_written_tests() -> int:
    """Return how many tests the package has."""
    return number_of_tests(PACKAGE / "Tests")


def package_options(package: Path, scratch: Path) -> list[str]:
    """Return the options of ``swift build`` and ``swift test`` for a package; all builds of a folder have the same."""
    return ["--package-path", str(package), "--scratch-path", str(scratch), *OPTIONS]


def scratch_folder(lab: IosLab, folder: Path) -> Path:
    """Return where Swift keeps what it has built: another folder for another compiler, or another repository."""
    made_by = f"{REPOSITORY}\0".encode() + lab.record.read_bytes()
    return folder / f"swift-{hashlib.sha256(made_by).hexdigest()[:8]}"


def _sources() -> list[Path]:
    """Return what is compiled, and what the tests read beside the environment's folders."""
    places = (PACKAGE / "Package.swift", PACKAGE / "Sources", PACKAGE / "Tests", VERIFY / "Package.swift")
    compared = files_below(APP, ".swift", ".xcstrings")
    return [*places, VERIFY / "Sources", *compared, FOLDER / "README.md"]


def _read(output: Path) -> SwiftTests:
    return read_results(output / RESULTS, (output / PRINTED).read_text(encoding="utf-8"))
