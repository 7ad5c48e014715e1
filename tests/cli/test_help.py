"""What the command line says of itself."""

import pytest

VERBS = ("build", "run", "verify", "estimate", "eval", "bench", "inspect", "runner", "list")


def test_without_a_verb_all_verbs_are_shown(squeezebert_edge):
    finished = squeezebert_edge()

    assert finished.status == 2
    for verb in VERBS:
        assert f" {verb} " in finished.stdout


def test_help_shows_all_verbs(squeezebert_edge):
    finished = squeezebert_edge("--help")

    assert finished.status == 0
    assert finished.stderr == ""
    for verb in VERBS:
        assert f" {verb} " in finished.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(squeezebert_edge, verb):
    finished = squeezebert_edge(verb, "--help")

    assert finished.status == 0
    assert finished.stderr == ""
    assert f"Usage: squeezebert-edge {verb} " in finished.stdout
    assert "--json" in finished.stdout


def test_build_offers_what_the_design_says(squeezebert_edge):
    inputs = [
        "--task",
        "--formats",
        "--recipe",
        "--sequence-length",
        "--target",
        "--calibration",
        "--config",
        "--no-cache",
    ]

    printed = squeezebert_edge("build", "--help").stdout

    assert [option for option in [*inputs, "--out", "--force", "--json"] if option not in printed] == []
