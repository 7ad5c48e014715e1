"""What was built is built again only when its inputs change; what fails is a result."""

import shutil

import pytest

from benchmarks import building
from benchmarks.building import build_contestants, save_parity
from benchmarks.contestant import choose_contestants
from edge.child_process import silent_stage
from tests.checkpoints import change_json, save_squeezebert

LENGTH = 8

# Nothing is exported on this route, so it builds in seconds.
EAGER = choose_contestants(["huggingface-eager-fp32"])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_squeezebert(tmp_path_factory.mktemp("building") / "encoder", task="feature-extraction", layers=1)


class Stages:
    """Remembers the titles of the stages that ran."""

    def __init__(self):
        self.titles = []

    def __call__(self, title):
        self.titles.append(title)
        return silent_stage(title)


def build(checkpoint, work):
    stages = Stages()
    (result,) = build_contestants(EAGER, checkpoint, LENGTH, work, stages)
    return result, stages.titles


@pytest.mark.slow
def test_second_run_builds_nothing(checkpoint, tmp_path):
    first, titles = build(checkpoint, tmp_path)
    second, later = build(checkpoint, tmp_path)

    assert titles == [f"build huggingface-eager-fp32 at {LENGTH} tokens"]
    assert later == []
    assert first == second
    assert first.error is None
    assert first.built.file == checkpoint.resolve()


@pytest.mark.slow
def test_parity_is_kept_with_what_was_built(checkpoint, tmp_path):
    first, _ = build(checkpoint, tmp_path)

    saved = save_parity(first, {"sqnr_db": 130.0}, tmp_path)
    second, titles = build(checkpoint, tmp_path)

    assert titles == []
    assert second == saved
    assert second.built.parity == {"sqnr_db": 130.0}


@pytest.mark.slow
def test_another_package_version_builds_again(checkpoint, tmp_path, monkeypatch):
    build(checkpoint, tmp_path)
    monkeypatch.setattr(building, "package_versions", lambda: {"torch": "0"})

    assert build(checkpoint, tmp_path)[1] != []


@pytest.mark.slow
def test_record_that_was_cut_short_builds_again(checkpoint, tmp_path):
    build(checkpoint, tmp_path)
    (record,) = tmp_path.glob("*/unit.json")
    record.write_text(record.read_text()[:20])

    assert build(checkpoint, tmp_path)[1] != []


@pytest.mark.slow
def test_failure_is_one_line_and_keeps_what_was_built_before(checkpoint, tmp_path):
    damaged = shutil.copytree(checkpoint, tmp_path / "damaged")
    build(damaged, tmp_path / "work")
    change_json(damaged / "config.json", hidden_act="swish")

    result, _ = build(damaged, tmp_path / "work")

    assert result.built is None
    assert "swish" in result.error
    assert "\n" not in result.error
    assert [path.name for path in (tmp_path / "work").iterdir()] == [f"huggingface-eager-fp32-{LENGTH}"]
