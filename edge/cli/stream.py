"""``squeezebert-edge run BUNDLE --stdin``."""

import signal
import sys
from functools import partial
from pathlib import Path

from edge.cli.output import print_note, without_library_logs

# File descriptors.
STDIN, STDOUT = 0, 1

# Exit status after SIGINT, as shells report it.
INTERRUPTED = 130


def serve_stdin(bundle: Path, artifact: str | None, top_k: int | None, threads: int | None, json: bool) -> None:
    """Answer each line of stdin until it ends, nobody reads the answers, or a signal comes.

    Raises
    ------
    InputError
        If the bundle cannot be loaded, or stdin cannot be read.
    SystemExit
        With status 130 after SIGINT, or after a second signal.
    """
    from edge.devices.host import default_threads
    from edge.errors import InputError
    from edge.model import load
    from edge.stream import answer_in_json, answer_in_text, serve, stop_signals

    # Python has no file where a descriptor was closed when it began.
    for name, file in (("stdin", sys.stdin), ("stdout", sys.stdout)):
        if file is None:
            raise InputError(f"{name} is closed, and --stdin needs it; give a pipe, a socket or a file")
    answer = partial(answer_in_json if json else answer_in_text, top_k=top_k)
    threads = threads or default_threads()
    try:
        with stop_signals() as stop, without_library_logs():
            model = load(bundle, artifact, threads)
            served = serve(model, answer, STDIN, STDOUT, stop, threads)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    if served.truncated:
        note_truncated(served.truncated, served.lines, model.max_length)
    if stop.signal == signal.SIGINT:
        sys.exit(INTERRUPTED)


def note_truncated(truncated: int, texts: int, tokens: int) -> None:
    """Say for how many texts the end was not read."""
    print_note(f"note: {truncated} of {texts} texts have more than {tokens} tokens; the rest is cut off")
