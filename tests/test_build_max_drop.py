"""``build --max-drop``: layers stay float as far as the task's metric needs it."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from edge.bundle import open_bundle
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.examples import Example
from edge.samples import bundled_samples
from edge.sensitivity import read_sensitivity
from edge.tokenizer import Tokenizer
from quantize.calibration import run_examples
from tests.checkpoints import save_squeezebert

LENGTH = 16
ROWS = 400
# Several, so that the best two are often close and int8 changes some answers.
LABELS = tuple(f"intent{index}" for index in range(6))
WORDS = "transformer.embeddings.word_embeddings.weight"
TEXTS = list(dict.fromkeys(sample.text for sample in bundled_samples()))[:ROWS]


def own_logits(folder):
    """Return the checkpoint's own logits for each text."""
    checkpoint = load_checkpoint(folder)
    tokenizer = Tokenizer(checkpoint.directory)
    encodings = [tokenizer.encode((text,), LENGTH) for text in TEXTS]
    examples = [Example((), encoding.input_ids, encoding.token_type_ids, None) for encoding in encodings]
    return torch.cat([logits for (logits,) in run_examples(Encoder(checkpoint, LENGTH, EncoderVariant()), examples)])


def save_checkpoint(folder, change_words):
    """Save a classifier of one layer, its word vectors changed, that often has two labels close to each other."""
    save_squeezebert(folder, labels=LABELS, layers=1)
    change_weight(folder, WORDS, change_words)
    mean = own_logits(folder).mean(dim=0)
    change_weight(folder, "classifier.bias", lambda bias: bias - mean)
    return folder


def change_weight(folder, name, change):
    weights = load_file(folder / "model.safetensors")
    weights[name] = change(weights[name]).clone()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def exact_in_int8(words):
    """Return word vectors that int8 holds as they are: whole numbers of 127ths, and one channel that is always 1."""
    rounded = (words / words.abs().max() * 127).round() / 127
    rounded[:, 0] = 1.0
    return rounded


def lost_in_int8(words):
    """Return word vectors with one channel so large that the step of int8 swallows most of the others."""
    changed = words.clone()
    changed[:, 0] = 20 * words.abs().max()
    return changed


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """Return a checkpoint that loses nothing where all its linear layers are float, and some answers in int8."""
    return save_checkpoint(tmp_path_factory.mktemp("checkpoints") / "intents", exact_in_int8)


@pytest.fixture(scope="module")
def fragile_checkpoint(tmp_path_factory):
    """Return a checkpoint that loses many answers by its int8 word embeddings alone."""
    return save_checkpoint(tmp_path_factory.mktemp("checkpoints") / "intents", lost_in_int8)


@pytest.fixture(scope="module")
def labelled(checkpoint, tmp_path_factory):
    """Return rows that the checkpoint labels right, all of them."""
    return write_rows(tmp_path_factory.mktemp("rows") / "labelled.jsonl", checkpoint)


def write_rows(path, folder):
    names = [LABELS[index] for index in own_logits(folder).argmax(dim=1)]
    rows = [{"text": text, "label": name} for text, name in zip(TEXTS, names, strict=True)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


@pytest.fixture
def build(squeezebert_edge, cache_folder, tmp_path):
    """Return a function that builds int8-static for ONNX with a limit, and gives what it said and the bundle folder."""

    def run(folder, rows, limit, *options):
        out = tmp_path / "bundle"
        words = ("--formats", "onnx", "--sequence-length", LENGTH, "--calibration", rows, "--max-drop", limit, *options)
        return squeezebert_edge("build", folder, "--out", out, *words), out

    return run


def table_of(bundle):
    return read_sensitivity(bundle / "quantization" / "int8-static.json")


def assert_refused(finished, out, status):
    assert finished.status == status
    assert finished.stdout == ""
    (line,) = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in finished.stderr
    assert not out.exists()
    return line


@pytest.mark.slow
def test_a_generous_limit_keeps_all_layers_in_int8(build, checkpoint, labelled):
    finished, out = build(checkpoint, labelled, 50)

    assert finished.status == 0, finished.stderr
    assert [artifact.id for artifact in open_bundle(out).manifest.artifacts] == [f"onnx-int8-static-{LENGTH}"]
    table = table_of(out)
    assert not any(row.is_float for row in table.layers)
    assert (table.search.metric, table.search.max_drop) == ("accuracy", 50)
    assert [trial.float_layers for trial in table.search.trials] == [[]]
    # Up to 256 of the rows choose ranges, the others are judged.
    assert table.search.rows == ROWS - 256
    assert "searched mixed precision: at most 50 points of accuracy on 144 rows" in finished.stderr


@pytest.mark.slow
def test_no_drop_at_all_keeps_the_layers_float_that_cost_answers(build, checkpoint, labelled):
    finished, out = build(checkpoint, labelled, 0)

    assert finished.status == 0, finished.stderr
    table = table_of(out)
    kept = {row.layer for row in table.layers if row.is_float}
    trials = table.search.trials
    assert trials[0].drop > 0
    assert kept
    assert "embeddings.word" not in kept
    chosen = min((trial for trial in trials if trial.drop <= 0), key=lambda trial: len(trial.float_layers))
    assert kept == set(chosen.float_layers)
    # With fewer float layers answers are lost.
    assert all(trial.drop > 0 for trial in trials if len(trial.float_layers) < len(kept))


@pytest.mark.slow
def test_rows_without_labels_are_judged_by_agreement(build, checkpoint, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_text("".join(f"{text}\n" for text in TEXTS))

    finished, out = build(checkpoint, texts, 50, "--recipe", "int8-static")

    assert finished.status == 0, finished.stderr
    assert table_of(out).search.metric == "agreement with fp32"


def test_a_limit_that_no_precision_keeps_ends_the_build(build, fragile_checkpoint, tmp_path):
    rows = write_rows(tmp_path / "labelled.jsonl", fragile_checkpoint)

    finished, out = build(fragile_checkpoint, rows, 1)

    line = assert_refused(finished, out, status=1)
    assert "no mixed precision keeps the metric within 1 points of fp32" in line


def test_label_that_the_model_lacks_is_refused(build, checkpoint, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps({'text': text, 'label': 'cheerful'})}\n" for text in TEXTS[:40]))

    line = assert_refused(*build(checkpoint, rows, 1), status=2)

    assert "the model has no label 'cheerful'" in line


@pytest.mark.parametrize(
    ("limit", "options", "message"),
    [
        ("-0.5", (), "--max-drop -0.5 is negative"),
        ("inf", (), "--max-drop inf is no limit"),
        ("nan", (), "--max-drop nan is no limit"),
        ("half", (), "--max-drop"),
        ("1", ("--recipe", "int8-dynamic"), "int8-dynamic has none: add --recipe int8-static"),
    ],
)
def test_limit_that_means_nothing_is_refused(build, checkpoint, labelled, limit, options, message):
    assert message in assert_refused(*build(checkpoint, labelled, limit, *options), status=2)
