"""``inspect`` of an int8-static artifact: what each layer's int8 costs."""

import json
import shutil

import pytest

import edge
from tests.checkpoints import save_squeezebert

LENGTH = 16
STATIC, CONTROL = f"onnx-int8-static-{LENGTH}", f"onnx-fp32-{LENGTH}"
TABLE = "quantization/int8-static.json"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Return a bundle of a model of one layer in int8-static and fp32; no test may change it."""
    folder = tmp_path_factory.mktemp("static")
    checkpoint = save_squeezebert(folder / "sentiment", layers=1)
    edge.build(
        checkpoint, folder / "bundle", formats=["onnx"], recipes=["int8-static", "fp32"], sequence_lengths=[LENGTH]
    )
    return folder / "bundle"


@pytest.fixture
def damaged(bundle, tmp_path):
    """Return a copy of the bundle for one test to damage."""
    return shutil.copytree(bundle, tmp_path / "bundle")


def stored_table(bundle):
    return json.loads((bundle / TABLE).read_text())


def test_the_table_is_a_file_of_the_manifest(bundle):
    (entry,) = json.loads((bundle / "manifest.json").read_text())["quantization"]

    assert entry["file"] == TABLE


def test_table_of_a_bundle_without_search_says_so(bundle):
    table = stored_table(bundle)

    assert (table["recipe"], table["search"]) == ("int8-static", None)
    assert not any(row["is_float"] for row in table["layers"])


def test_every_layer_is_a_line_the_most_damaging_first(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", STATIC)

    assert finished.status == 0
    lines = [line.split() for line in finished.stdout.splitlines()]
    begin = next(index for index, words in enumerate(lines) if words[:4] == ["int8", "alone", "in", "input"])
    found = [words[0] for words in lines[begin:] if words and words[-1] in ("int8", "float")]
    assert found == [row["layer"] for row in stored_table(bundle)["layers"]]


def test_a_line_has_the_decibels_of_each_tensor_and_of_the_model(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", STATIC)

    row = next(row for row in stored_table(bundle)["layers"] if row["layer"] == "layers.0.attention.query")
    (line,) = [line.split() for line in finished.stdout.splitlines() if line.startswith("layers.0.attention.query")]
    decibels = [row["tensors"]["input"], row["tensors"]["weight"], row["tensors"]["output"], row["sqnr_db"]]
    assert line == ["layers.0.attention.query", *(f"{value:.1f}" for value in decibels), f"{row['kl']:.1e}", "int8"]


def test_word_embeddings_have_no_activations(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", STATIC)

    (line,) = [line for line in finished.stdout.splitlines() if line.startswith("embeddings.word")]
    # Name, weight, model, KL and precision.
    assert len(line.split()) == 5


def test_json_has_the_table_as_stored(squeezebert_edge, bundle):
    finished = squeezebert_edge("inspect", bundle, "--artifact", STATIC, "--json")

    assert json.loads(finished.stdout)["sensitivity"] == stored_table(bundle)


def test_an_artifact_without_calibrated_ranges_has_no_table(squeezebert_edge, bundle):
    printed = squeezebert_edge("inspect", bundle, "--artifact", CONTROL)
    document = json.loads(squeezebert_edge("inspect", bundle, "--artifact", CONTROL, "--json").stdout)

    assert "int8 alone in" not in printed.stdout
    assert document["sensitivity"] is None


def test_a_file_alone_has_no_table(squeezebert_edge, bundle):
    document = json.loads(squeezebert_edge("inspect", bundle / f"onnx/int8-static-{LENGTH}.onnx", "--json").stdout)

    assert document["sensitivity"] is None


def test_tables_fit_80_columns(squeezebert_edge, bundle, monkeypatch):
    monkeypatch.setattr("edge.cli.output.PLAIN_WIDTH", 80)

    finished = squeezebert_edge("inspect", bundle, "--artifact", STATIC)

    assert "…" not in finished.stdout
    assert max(map(len, finished.stdout.splitlines()[1:])) <= 80


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"\xff\xfe", b'{"recipe": "int8-static", "rows": 1}'])
def test_damaged_table_is_one_line_and_status_2(squeezebert_edge, damaged, content):
    (damaged / TABLE).write_bytes(content)

    finished = squeezebert_edge("inspect", damaged, "--artifact", STATIC)

    assert (finished.status, finished.stdout) == (2, "")
    (line,) = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
    assert line.endswith("int8-static.json: missing or damaged; build the bundle again")


def test_missing_table_is_status_2(squeezebert_edge, damaged):
    (damaged / TABLE).unlink()

    assert squeezebert_edge("inspect", damaged, "--artifact", STATIC).status == 2


def test_an_artifact_of_another_recipe_does_not_need_the_table(squeezebert_edge, damaged):
    (damaged / TABLE).unlink()

    assert squeezebert_edge("inspect", damaged, "--artifact", CONTROL).status == 0
