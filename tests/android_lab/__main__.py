"""``python -m tests.android_lab`` installs the laboratory; with a word behind it, it runs one of the checks."""

from collections.abc import Callable, Mapping, Sequence

from tests.android_lab.apk import build_apk
from tests.android_lab.app import compile_app, run_app_tests
from tests.android_lab.edge_text import compile_edge_text, run_tests, time_tokenizer
from tests.android_lab.installation import install
from tests.android_lab.laboratory import BUILD_FOLDER, AndroidLab, default_folder
from tests.android_lab.style import run_ktlint
from tests.laboratory.command import run_and_exit, run_check
from tests.laboratory.vectors import write_vectors

USAGE = """usage: python -m tests.android_lab [CHECK]
  compile               edge-text
  test [CLASS ...]      edge-text's tests
  time-tokenizer        how long edge-text's tokenizer takes on this JVM
  app                   the app
  test-app [CLASS ...]  the app's tests
  apk                   a signed APK
  ktlint [--format] [FILE ...]"""

Check = Callable[[AndroidLab, Sequence[str]], object]


def _compile(lab: AndroidLab, words: Sequence[str]) -> object:
    return compile_edge_text(lab, BUILD_FOLDER)


def _test(lab: AndroidLab, words: Sequence[str]) -> object:
    return run_tests(lab, BUILD_FOLDER, write_vectors(), words)


def _time_tokenizer(lab: AndroidLab, words: Sequence[str]) -> object:
    return time_tokenizer(lab, BUILD_FOLDER, write_vectors())


def _app(lab: AndroidLab, words: Sequence[str]) -> object:
    return compile_app(lab, BUILD_FOLDER)


def _test_app(lab: AndroidLab, words: Sequence[str]) -> object:
    return run_app_tests(lab, BUILD_FOLDER, write_vectors(), words)


def _apk(lab: AndroidLab, words: Sequence[str]) -> object:
    return build_apk(lab, BUILD_FOLDER)


CHECKS: Mapping[str, Check] = {
    "compile": _compile,
    "test": _test,
    "time-tokenizer": _time_tokenizer,
    "app": _app,
    "test-app": _test_app,
    "apk": _apk,
    "ktlint": run_ktlint,
}
WITH_WORDS = ("test", "test-app", "ktlint")


def run(arguments: Sequence[str]) -> None:
    """Install, and run the check that the command line names."""
    run_check(arguments, USAGE, CHECKS, WITH_WORDS, lambda stage: install(default_folder(), stage))


def main() -> None:
    """Run the command line and exit: 0 done, 1 if a check found something, 2 if this machine cannot."""
    run_and_exit(run)


if __name__ == "__main__":
    main()
