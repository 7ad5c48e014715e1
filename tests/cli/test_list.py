"""``squeezebert-edge list``: the names that other options take."""

import json

import pytest

from converters import FORMATS
from edge.target import load_targets
from edge.tasks import TASKS
from quantize import load_recipes

LISTINGS = {"recipes": load_recipes(), "targets": load_targets(), "formats": FORMATS, "tasks": TASKS}


@pytest.mark.parametrize("what", LISTINGS)
def test_every_name_is_listed(squeezebert_edge, what):
    finished = squeezebert_edge("list", what)

    assert finished.status == 0
    assert finished.stderr == ""
    for name in LISTINGS[what]:
        assert name in finished.stdout


@pytest.mark.parametrize("what", LISTINGS)
def test_json_lists_the_same_names(squeezebert_edge, what):
    finished = squeezebert_edge("list", what, "--json")

    assert finished.status == 0
    assert [row["name"] for row in json.loads(finished.stdout)] == list(LISTINGS[what])
