"""How the command line of a laboratory ends: as that of the product does."""

import signal
import sys
from collections.abc import Callable, Sequence

from edge.errors import EdgeError

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def run_and_exit(run: Callable[[Sequence[str]], None]) -> None:
    """Call `run` with the words of the command line; exit with its error's status, in one line on stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(sys.argv[1:])
    except EdgeError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
