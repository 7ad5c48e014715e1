"""Builds with a pruned vocabulary: the bundle, what its manifest says, and the options."""

import hashlib
import json
import re

import jsonschema
import pytest

import edge
from edge.manifest import json_schema
from tests.checkpoints import VOCABULARY, save_squeezebert

ONE_ARTIFACT = ("--formats", "tflite", "--sequence-length", "16")
KEEP = 150
TEXTS = "".join(f"transfer {number} to my bank account\nplay the song in {number}\n" for number in range(100))
REPORTS = {"report.html", "report.json"}


@pytest.fixture(scope="module")
def large_checkpoint(tmp_path_factory):
    """Return a checkpoint whose embeddings are most of it."""
    words = (*VOCABULARY, *(f"word{number}" for number in range(2000)))
    return save_squeezebert(tmp_path_factory.mktemp("checkpoint") / "sentiment", vocabulary=words)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "texts.txt"
    path.write_text(TEXTS)
    return path


@pytest.fixture(scope="module")
def pruned_bundle(large_checkpoint, corpus, tmp_path_factory):
    """Return the bundle that the Python API builds."""
    directory = tmp_path_factory.mktemp("pruned") / "sentiment"
    options = {"formats": ["tflite"], "sequence_lengths": [16]}
    edge.build(large_checkpoint, directory, **options, prune_vocabulary=corpus, keep=KEEP)
    return directory


@pytest.fixture
def manifest(pruned_bundle):
    return json.loads((pruned_bundle / "manifest.json").read_text())


def test_manifest_has_the_coverage(manifest, corpus):
    pruning = manifest["vocabulary_pruning"]

    assert (pruning["tokens_before"], pruning["tokens_after"]) == (len(VOCABULARY) + 2000, KEEP)
    assert (pruning["unknown_rate_before"], pruning["unknown_rate_after"]) == (0, 0)
    assert (pruning["measured_texts"], pruning["held_out"]) == (20, True)
    assert 5 < pruning["tokens_per_text_before"] <= pruning["tokens_per_text_after"] < 7
    assert 0.8 < pruning["whole_words_after"] <= pruning["whole_words_before"] <= 1
    assert pruning["corpus_sha256"] == hashlib.sha256(corpus.read_bytes()).hexdigest()
    jsonschema.validate(manifest, json_schema())


def test_manifest_says_what_was_trained_and_what_was_kept(manifest, large_checkpoint):
    original = edge.checkpoint.load_checkpoint(large_checkpoint)

    assert manifest["model"]["name"] == "sentiment"
    assert manifest["model"]["source_sha256"] == original.source_sha256
    removed = (original.config.vocab_size - KEEP) * original.config.hidden_size
    parameters = sum(tensor.numel() for tensor in original.weights.values())
    assert manifest["model"]["parameters"] == parameters - removed
    assert manifest["tokenizer"]["vocab_size"] == KEEP


@pytest.mark.slow
@pytest.mark.usefixtures("cache_folder")
def test_second_build_is_the_same_but_for_latencies(
    squeezebert_edge, large_checkpoint, corpus, pruned_bundle, tmp_path
):
    (tmp_path / "edge.toml").write_text(f'prune_vocabulary = "texts.txt"\nkeep = {KEEP}\n')
    (tmp_path / "texts.txt").write_bytes(corpus.read_bytes())
    again = tmp_path / "bundle"

    finished = squeezebert_edge(
        "build", large_checkpoint, "--out", again, "--config", tmp_path / "edge.toml", *ONE_ARTIFACT
    )

    assert finished.status == 0, finished.stderr
    line = r"vocabulary 2198 -> 150 tokens, unknown 0\.00% -> 0\.00%, \d\.\d -> \d\.\d tokens a text"
    assert len(re.findall(f"^{line}$", finished.stderr, re.MULTILINE)) == 1
    files = {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    assert files == {path.relative_to(pruned_bundle) for path in pruned_bundle.rglob("*") if path.is_file()}
    for name in files:
        assert name.name in REPORTS or (again / name).read_bytes() == (pruned_bundle / name).read_bytes(), name


@pytest.mark.slow
def test_artifact_is_smaller(large_checkpoint, pruned_bundle, tmp_path):
    whole = edge.build(large_checkpoint, tmp_path / "whole", formats=["tflite"], sequence_lengths=[16])

    assert whole.manifest.vocabulary_pruning is None
    pruned = edge.bundle.open_bundle(pruned_bundle)
    saved = whole.manifest.artifacts[0].bytes - pruned.manifest.artifacts[0].bytes
    # 2048 rows of 32 int8 values and a scale.
    assert saved >= 2048 * 32


def test_run_and_verify_take_the_pruned_bundle(squeezebert_edge, pruned_bundle):
    ran = squeezebert_edge("run", pruned_bundle, "transfer money to paris hotel", "--json")

    assert ran.status == 0, ran.stderr
    assert json.loads(ran.stdout)
    assert squeezebert_edge("verify", pruned_bundle).status == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--keep", "150"), "add --prune-vocabulary CORPUS"),
        (("--prune-vocabulary", "texts.txt"), "add --keep N"),
        (("--prune-vocabulary", "texts.txt", "--keep", "0"), "Input should be greater than or equal to 1"),
        (("--prune-vocabulary", "texts.txt", "--keep", "50"), "are already 109"),
        (("--prune-vocabulary", "texts.txt", "--keep", "198"), "keep at most 197"),
        (("--prune-vocabulary", "absent.txt", "--keep", "150"), "absent.txt: no such file"),
        (("--prune-vocabulary", "empty.txt", "--keep", "150"), "empty.txt: "),
    ],
)
def test_wrong_options_are_one_line_and_leave_nothing(
    squeezebert_edge, small_checkpoint, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts.txt").write_text(TEXTS)
    (tmp_path / "empty.txt").write_text("\n")

    finished = squeezebert_edge("build", small_checkpoint, "--out", "out/bundle", *ONE_ARTIFACT, *options)

    assert finished.status == 2
    (error,) = [line for line in finished.stderr.splitlines() if line.startswith("error")]
    assert message in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.txt", "texts.txt"]
