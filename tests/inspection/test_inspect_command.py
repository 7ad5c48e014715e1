"""``squeezebert-edge inspect``: what it prints, and where."""

import json

import pytest

from edge.cli.main import main


@pytest.fixture
def command(capfd):
    """Return a function that runs ``inspect`` and gives its exit status, stdout and stderr."""

    def run(*arguments):
        capfd.readouterr()  # what the converters print when a test is the first to ask for an artifact
        with pytest.raises(SystemExit) as stopped:
            main(["inspect", *map(str, arguments)])
        captured = capfd.readouterr()
        return stopped.value.code, captured.out, captured.err

    return run


def test_artifact_as_json_is_one_document(command, converted):
    path = converted("tflite", "fp32").path
    status, out, _ = command(path, "--json")
    document = json.loads(out)
    assert status == 0
    assert set(document) == {
        "file",
        "format",
        "bytes",
        "operators",
        "delegation",
        "layers",
        "sensitivity",
        "neural_engine",
        "metadata",
    }
    assert document["bytes"] == path.stat().st_size


def test_artifact_is_summed_up_in_the_first_line(command, converted):
    path = converted("onnx", "fp32").path
    _, out, _ = command(path)
    first = out.splitlines()[0]
    assert first.startswith(f"{path}: onnx, ")
    assert first.endswith("% of it constants")


def test_artifact_shows_its_operators(command, converted):
    _, out, _ = command(converted("onnx", "fp32").path)
    assert ["Gemm", "44"] in [line.split() for line in out.splitlines()]


def test_artifact_shows_its_layers(command, converted):
    _, out, _ = command(converted("onnx", "fp32").path)
    assert ["layer", "1", "17,024", "17,024"] in [line.split()[:4] for line in out.splitlines()]


def test_bundle_as_json_has_the_manifest_entries(command, bundle):
    _, out, _ = command(bundle, "--json")
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert json.loads(out) == {"model": manifest["model"], "artifacts": manifest["artifacts"]}


def test_bundle_shows_model_and_targets(command, bundle):
    _, out, _ = command(bundle)
    assert "text-classification" in out
    assert "raspberry-pi-5: tflite-int8-dynamic-32" in out


def test_bundle_shows_each_artifact_with_its_checksum(command, bundle):
    _, out, _ = command(bundle)
    for artifact in json.loads((bundle / "manifest.json").read_text())["artifacts"]:
        line = next(line for line in out.splitlines() if line.startswith(artifact["id"]))
        assert line.split()[-1] == artifact["sha256"][:8]


def test_bundle_shows_parity(command, bundle):
    _, out, _ = command(bundle)
    assert ["tflite-fp32-32", "0.99870", "31.4"] in [line.split() for line in out.splitlines()]


@pytest.mark.parametrize("options", [[], ["--artifact", "executorch-int8-dynamic-32"]])
def test_tables_fit_80_columns(command, bundle, monkeypatch, options):
    monkeypatch.setattr("edge.cli.output.PLAIN_WIDTH", 80)
    _, out, _ = command(bundle, *options)
    assert "…" not in out


def test_artifact_of_a_bundle(command, bundle):
    _, out, _ = command(bundle, "--artifact", "tflite-int8-dynamic-32", "--json")
    assert json.loads(out)["file"] == str(bundle / "tflite/int8-dynamic-32.tflite")


def test_no_note_where_the_manifest_counts_the_same(command, bundle):
    _, _, err = command(bundle, "--artifact", "tflite-int8-dynamic-32", "--json")
    assert "the manifest counts" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.onnx"], "no such artifact"),
        (["missing"], "no such bundle"),
        (["model.bin"], "'.bin'"),
        (["model.onnx", "--artifact", "onnx-fp32-128"], "--artifact chooses from a bundle"),
    ],
)
def test_wrong_argument_is_one_line_and_status_2(command, tmp_path, arguments, message):
    (tmp_path / "model.bin").write_bytes(b"")
    status, out, err = command(tmp_path / arguments[0], *arguments[1:])
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert (status, out, len(errors)) == (2, "", 1)
    assert message in errors[0]


def test_unknown_artifact_of_a_bundle_is_status_2(command, bundle):
    status, _, err = command(bundle, "--artifact", "onnx-fp32-32")
    assert status == 2
    assert "no artifact 'onnx-fp32-32'" in err
