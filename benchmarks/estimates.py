"""``python -m benchmarks.estimates PAGE``: estimates against published figures; PAGE is docs/estimates.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.anchors import read_anchors
from benchmarks.estimates_page import render_page
from edge.errors import EdgeError, InputError
from edge.estimation.efficiencies import load_efficiencies


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    grammar = argparse.ArgumentParser(prog="python -m benchmarks.estimates", description=__doc__)
    grammar.add_argument("page", type=Path, metavar="PAGE", help="Markdown file to write, docs/estimates.md")
    options = grammar.parse_args(arguments)
    try:
        text = render_page(read_anchors(), load_efficiencies())
        try:
            options.page.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{options.page}: cannot be written ({error.strerror}); choose another") from error
    except EdgeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    print(f"wrote {options.page}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
