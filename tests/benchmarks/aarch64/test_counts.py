"""Counts of real artifacts under qemu: the same each time, more for more work, and outputs like this host's."""

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import edge
from benchmarks.aarch64.__main__ import main
from benchmarks.aarch64.count import Count, CountRule, count
from benchmarks.aarch64.emulation import CORTEX_A76
from benchmarks.aarch64.inputs import golden_places
from benchmarks.aarch64.laboratory import SITE_WHEELS, Laboratory, install
from benchmarks.aarch64.tables import hot_block_lines
from edge.child_process import silent_stage
from edge.errors import EdgeError
from tests.checkpoints import save_squeezebert

pytestmark = pytest.mark.slow

LENGTH = 16
RULE = CountRule(CORTEX_A76, inferences=2, runs=2)

# Both sides compute the same int8 values up to roundings of float32 before them.
LEAST_SQNR_DB = 30.0


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return bundles of one small checkpoint with one and with two layers, fp32 and int8."""
    folder = tmp_path_factory.mktemp("layers")
    made = {}
    for layers in (1, 2):
        checkpoint = save_squeezebert(folder / f"checkpoint-{layers}", layers=layers)
        made[layers] = folder / f"bundle-{layers}"
        formats, recipes = ["tflite", "executorch"], ["fp32", "int8-dynamic"]
        edge.build(checkpoint, made[layers], formats=formats, recipes=recipes, sequence_lengths=[LENGTH])
    return made


def counted(artifact: Path, laboratory: Laboratory) -> Count:
    return count(artifact, laboratory, RULE, golden_places([artifact]), silent_stage)


@pytest.mark.parametrize("file", ["tflite/int8-dynamic-16.tflite", "executorch/int8-dynamic-16.pte"])
def test_counts_are_equal_and_grow_with_the_layers(bundles: dict[int, Path], laboratory: Laboratory, file: str) -> None:
    one, two = (counted(bundles[layers] / file, laboratory) for layers in (1, 2))
    assert len(set(one.counts)) == len(set(two.counts)) == 1
    assert 0 < one.instructions < two.instructions
    assert one.sqnr_against_host_db >= LEAST_SQNR_DB
    assert one.by_class()["int8 dot product"] < two.by_class()["int8 dot product"]


@pytest.mark.parametrize("file", ["tflite/fp32-16.tflite", "executorch/fp32-16.pte"])
def test_float_artifact_has_no_int8_products(bundles: dict[int, Path], laboratory: Laboratory, file: str) -> None:
    found = counted(bundles[2] / file, laboratory)
    assert found.by_class()["float multiply-add"] > 0
    assert "int8 dot product" not in found.by_class()
    assert sum(found.by_class().values()) == pytest.approx(found.instructions, abs=1)
    assert sum(found.by_library().values()) == pytest.approx(found.instructions, abs=1)


def test_hot_blocks_come_with_their_disassembly(bundles: dict[int, Path], laboratory: Laboratory) -> None:
    found = counted(bundles[2] / "tflite/int8-dynamic-16.tflite", laboratory)
    lines = hot_block_lines(found, 20, laboratory.compilers)
    heads = [line for line in lines if not line.startswith(" ")]
    assert len(heads) == 20
    sizes = [int(re.search(r"times (\d+) instructions", head)[1]) for head in heads]  # type: ignore[index]
    assert len(lines) == 20 + sum(sizes)
    assert any(line.strip().startswith("sdot v") for line in lines)


def test_command_writes_a_table_and_json(
    bundles: dict[int, Path], laboratory: Laboratory, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    artifacts = [str(bundles[1] / f"tflite/{recipe}-16.tflite") for recipe in ("fp32", "int8-dynamic")]
    with pytest.raises(SystemExit) as end:
        main(["--lab", str(laboratory.folder), "--json", str(tmp_path / "counts.json"), "--runs", "1", *artifacts])
    written = capfd.readouterr()
    assert end.value.code == 0, written.err
    assert "int8 dot product" in written.out
    document = json.loads((tmp_path / "counts.json").read_text(encoding="utf-8"))
    assert [row["artifact"] for row in document["rows"]] == artifacts
    assert document["rows"][0]["instructions"] > 0
    assert document["cpu"] == "cortex-a76"
    assert f"ai-edge-litert=={document['packages']['ai-edge-litert']}" in SITE_WHEELS
    assert document["qemu"].startswith("qemu-aarch64 version")


def test_damaged_artifact_is_one_line(laboratory: Laboratory, tmp_path: Path) -> None:
    damaged = tmp_path / "model.tflite"
    damaged.write_bytes(b"no model")
    with pytest.raises(EdgeError, match=r"model\.tflite: LiteRT cannot load it"):
        counted(damaged, laboratory)


def test_second_installation_does_nothing(laboratory: Laboratory) -> None:
    stages: list[str] = []

    def record(title: str) -> AbstractContextManager[None]:
        stages.append(title)
        return silent_stage(title)

    assert install(laboratory.folder, record) == laboratory
    assert stages == []
