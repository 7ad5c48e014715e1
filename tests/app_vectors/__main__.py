"""``python -m tests.app_vectors [FOLDER]`` writes what the tests of the reference apps compare with."""

import argparse
from pathlib import Path

from tests.app_vectors import predictions, tokenizer

DEFAULT = Path("build/app-vectors")


def main() -> None:
    """Write all vectors into a folder, which is made if it is not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.app_vectors", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help=f"default: {DEFAULT}")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for write in (predictions.write, tokenizer.write):
        print(f"wrote {write(folder)}")


if __name__ == "__main__":
    main()
