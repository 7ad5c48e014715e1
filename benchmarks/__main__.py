"""``python -m benchmarks WORK PAGE``: build and time everything, write WORK/benchmark.json and the page."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.aarch64_rows import read_instructions
from benchmarks.benchmark import Options, run_benchmark, write_whole
from benchmarks.contestant import CONTESTANTS, choose_contestants
from benchmarks.document import read_document
from benchmarks.explanations import FILE as EXPLANATIONS
from benchmarks.explanations import read_explanations
from benchmarks.page import render_page
from benchmarks.rounds import RoundsRule
from edge.cli.progress import show_progress
from edge.errors import EdgeError, InputError

LENGTHS = (32, 128, 384)
THREADS = (1, 2)
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    grammar = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    grammar.add_argument("work", type=Path, metavar="WORK", help="folder that keeps what was built")
    grammar.add_argument("page", type=Path, metavar="PAGE", help="Markdown file to write, docs/performance.md")
    grammar.add_argument("--checkpoint", type=Path, help="folder of a checkpoint; default: random SqueezeBERT-base")
    grammar.add_argument("--length", type=_positive, action="append", help="tokens, repeatable; default: 32 128 384")
    grammar.add_argument("--threads", type=_positive, action="append", help="repeatable; default: 1 2")
    grammar.add_argument("--rounds", type=_positive, default=RoundsRule.rounds, help="default: %(default)s")
    grammar.add_argument("--seed", type=int, default=RoundsRule.seed, help="of the order in each round; default: 0")
    grammar.add_argument(
        "--contestant",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help=f"default: all of {', '.join(CONTESTANTS)}",
    )
    grammar.add_argument("--no-build", action="store_true", help="do not measure what a build costs")
    grammar.add_argument("--page-only", action="store_true", help="measure nothing, read WORK/benchmark.json")
    return grammar


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parser().parse_args(arguments)
    # A cancelled job is ended with SIGTERM: it ends its children like an interrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run(options)
    except EdgeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print(f"interrupted: no page was written; what was built stays in {options.work}", file=sys.stderr)
        return INTERRUPTED
    print(f"wrote {options.page}", file=sys.stderr)
    return 0


def _run(options: argparse.Namespace) -> None:
    explanations = read_explanations(EXPLANATIONS)
    contestants = choose_contestants(options.contestant)
    if options.checkpoint is not None and not (options.checkpoint / "config.json").is_file():
        raise InputError(f"{options.checkpoint}: not a checkpoint folder, it has no config.json")
    if options.page.is_dir():
        raise InputError(f"{options.page}: a folder; give a Markdown file")
    for folder in (options.work, options.page.parent):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made ({error.strerror}); choose another") from error
    if options.page_only:
        document = read_document(options.work)
        # They may have been counted since.
        counts = read_instructions(options.work, document.contestants)
        document = document.model_copy(update={"instructions": counts})
    else:
        chosen = Options(
            contestants=contestants,
            checkpoint=options.checkpoint,
            lengths=tuple(sorted(set(options.length or LENGTHS))),
            threads=tuple(sorted(set(options.threads or THREADS))),
            rule=RoundsRule(rounds=options.rounds, seed=options.seed),
            with_build=not options.no_build,
        )
        with show_progress() as stage:
            document = run_benchmark(chosen, options.work, stage)
    write_whole(options.page, render_page(document, explanations, EXPLANATIONS))


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
