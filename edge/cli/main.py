"""Entry point: errors become one line and an exit status."""

import errno
import signal
import sys
import traceback
from collections.abc import Sequence

import typer

from edge.cli.bench import bench
from edge.cli.build import build
from edge.cli.estimate import estimate
from edge.cli.eval import evaluate
from edge.cli.export import export
from edge.cli.inspect import inspect
from edge.cli.list import list_names
from edge.cli.output import print_note
from edge.cli.run import run
from edge.cli.runner import make_runner
from edge.cli.verify import verify
from edge.errors import EdgeError

NAME = "squeezebert-edge"
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def make_app() -> typer.Typer:
    """Return the command line application."""
    app = typer.Typer(
        name=NAME,
        help="From a trained SqueezeBERT or BERT checkpoint to verified artifacts for phones and edge boards. "
        "Every verb takes --debug, which shows the traceback of an error.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_no_options)
    app.command("build")(build)
    app.command("run")(run)
    app.command("verify")(verify)
    app.command("estimate")(estimate)
    app.command("eval")(evaluate)
    app.command("bench")(bench)
    app.command("inspect")(inspect)
    app.command("export")(export)
    app.command("runner")(make_runner)
    app.command("list")(list_names)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a gate failed, 2 wrong usage or bad input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    end = words.index("--") if "--" in words else len(words)
    debug = "--debug" in words[:end]
    words = [word for word in words[:end] if word != "--debug"] + words[end:]
    # A cancelled job is ended with SIGTERM: it cleans up like an interrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = make_app()(words, standalone_mode=False, prog_name=NAME)
        if status == INTERRUPTED:
            # Typer turns an interrupt into this status without a word.
            raise KeyboardInterrupt
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        status = _explain(error)
    sys.exit(status if isinstance(status, int) else 0)


def _no_options() -> None:
    """From a trained checkpoint to verified artifacts for phones and edge boards."""


def _verb(error: typer.TyperException) -> str:
    """Return the command that a usage error was made in."""
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else NAME


def _explain(error: BaseException) -> int:
    """Print one line for `error` and return the exit status."""
    match error:
        case EdgeError():
            print_note(f"error: {error}")
            return error.exit_status
        case typer.Exit():
            return int(error.exit_code)
        case typer.TyperException():
            # Without a verb the help has been printed already, and there is no message.
            message = " ".join(error.format_message().split()).rstrip(".").replace("Value error, ", "")
            if message:
                print_note(f"error: {message}; see '{_verb(error)} --help'")
            return 2
        case typer.Abort() | KeyboardInterrupt():
            print_note("interrupted: nothing was written")
            return INTERRUPTED
        case BrokenPipeError():
            return 1
        case OSError() if error.errno in FULL_DISK:
            print_note(f"error: {error.filename or 'output'}: {error.strerror}; free some space and run again")
            return 1
    print_note(
        f"error: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}; this is a"
        " bug, run again with --debug and report it"
    )
    return 1
