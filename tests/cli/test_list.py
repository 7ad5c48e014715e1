"""``squeezebert-edge list``: the names that other options take."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from converters import FORMATS
from edge.clients import CLIENTS
from edge.target import load_targets
from edge.tasks import TASKS
from quantize import load_recipes

LISTINGS = {
    "recipes": load_recipes(),
    "targets": load_targets(),
    "formats": FORMATS,
    "tasks": TASKS,
    "clients": CLIENTS,
}


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


def test_backends_are_listed_with_their_format(squeezebert_edge):
    rows = json.loads(squeezebert_edge("list", "backends", "--json").stdout)

    assert [(row["format"], row["name"]) for row in rows] == [
        (entry.name, backend.name) for entry in FORMATS.values() for backend in entry.backends
    ]


def test_targets_say_how_many_threads_they_want(squeezebert_edge):
    rows = json.loads(squeezebert_edge("list", "targets", "--json").stdout)

    assert {row["name"]: row["threads"] for row in rows} == {
        name: target.threads for name, target in load_targets().items()
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux")
def test_full_disk_is_an_error_of_one_line():
    command = Path(sys.executable).with_name("squeezebert-edge")
    with open("/dev/full", "wb") as full:
        finished = subprocess.run([command, "list", "tasks"], stdout=full, stderr=subprocess.PIPE, text=True)

    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert "No space left on device; free some space" in line
