"""``python -m tests.client_lab`` installs the laboratory and prints where it lies."""

from collections.abc import Sequence

from tests.client_lab.installation import install
from tests.client_lab.laboratory import default_folder
from tests.laboratory.command import run_and_exit, run_check


def run(arguments: Sequence[str]) -> None:
    """Install."""
    run_check(arguments, "usage: python -m tests.client_lab", {}, (), lambda stage: install(default_folder(), stage))


def main() -> None:
    """Run the command line and exit: 0 done, 1 if something cannot be installed, 2 if this machine cannot."""
    run_and_exit(run)


if __name__ == "__main__":
    main()
