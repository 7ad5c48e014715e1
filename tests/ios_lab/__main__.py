"""``python -m tests.ios_lab`` installs the laboratory; with a word behind it, it runs one of the checks."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.ios_lab.edge_kit import build_edge_kit, run_tests, time_tokenizer
from tests.ios_lab.installation import install
from tests.ios_lab.laboratory import BUILD_FOLDER, IosLab, default_folder
from tests.ios_lab.style import check_style, format_files, swift_files
from tests.laboratory.command import run_and_exit, run_check
from tests.laboratory.vectors import write_vectors

USAGE = """usage: python -m tests.ios_lab [CHECK]
  build            EdgeKit and its tests
  test [WORD ...]  EdgeKit's tests; words are those of `swift test`, such as --filter Tokenizer
  time-tokenizer   how long EdgeKit's tokenizer takes on this machine
  vectors          what the tests compare with
  lint [FILE ...]  style of every Swift file
  format [FILE ...]"""

Check = Callable[[IosLab, Sequence[str]], object]


def _build(lab: IosLab, words: Sequence[str]) -> object:
    return build_edge_kit(lab, BUILD_FOLDER)


def _test(lab: IosLab, words: Sequence[str]) -> object:
    return run_tests(lab, BUILD_FOLDER, write_vectors(), words)


def _time_tokenizer(lab: IosLab, words: Sequence[str]) -> object:
    return time_tokenizer(lab, BUILD_FOLDER, write_vectors())


def _vectors(lab: IosLab, words: Sequence[str]) -> object:
    return write_vectors()


def _lint(lab: IosLab, words: Sequence[str]) -> object:
    return check_style(lab, [Path(word).absolute() for word in words] or swift_files())


def _format(lab: IosLab, words: Sequence[str]) -> object:
    return format_files(lab, [Path(word).absolute() for word in words] or swift_files())


CHECKS: Mapping[str, Check] = {
    "build": _build,
    "test": _test,
    "time-tokenizer": _time_tokenizer,
    "vectors": _vectors,
    "lint": _lint,
    "format": _format,
}
WITH_WORDS = ("test", "lint", "format")


def run(arguments: Sequence[str]) -> None:
    """Install, and run the check that the command line names."""
    run_check(arguments, USAGE, CHECKS, WITH_WORDS, lambda stage: install(default_folder(), stage))


def main() -> None:
    """Run the command line and exit: 0 done, 1 if a check found something, 2 if this machine cannot."""
    run_and_exit(run)


if __name__ == "__main__":
    main()
