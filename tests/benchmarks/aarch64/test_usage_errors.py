"""What a user gets wrong is one line and exit status 2, before anything is downloaded."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.aarch64 import debian_packages
from benchmarks.aarch64.__main__ import main
from benchmarks.aarch64.inputs import InputTensor, golden_inputs
from edge.errors import InputError

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Return a function that runs the command in a folder without a laboratory, and returns status and stderr."""

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main(["--lab", str(tmp_path / "lab"), *(str(word) for word in words)])
        assert not (tmp_path / "lab").exists()
        return int(end.value.code or 0), capsys.readouterr().err

    return run


def test_missing_artifact(call: Call, tmp_path: Path) -> None:
    status, said = call(tmp_path / "none.tflite")
    assert (status, said) == (2, f"error: {tmp_path / 'none.tflite'}: no such file\n")


def test_unknown_suffix(call: Call, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").touch()
    status, said = call(tmp_path / "model.onnx")
    assert (status, said.count("\n")) == (2, 1)
    assert "'.onnx' is unknown; .tflite and .pte can be counted" in said


def test_no_artifact(call: Call) -> None:
    status, said = call()
    assert (status, said.count("\n")) == (2, 1)
    assert "ARTIFACT" in said


def test_folder_of_the_json_file_is_missing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "model.pte").touch()
    status, said = call("--json", tmp_path / "none" / "counts.json", tmp_path / "model.pte")
    assert (status, said.count("\n")) == (2, 1)
    assert "its folder does not exist" in said


def test_laboratory_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "model.pte").touch()
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as end:
        main(["--lab", str(tmp_path / "file" / "lab"), str(tmp_path / "model.pte")])
    assert end.value.code == 2
    assert "name another folder with --lab" in capsys.readouterr().err


def test_no_bundle_gives_token_ids(tmp_path: Path) -> None:
    inputs = [InputTensor("args_0", (1, 16), "int32")]
    with pytest.raises(InputError, match=r"model\.tflite: no golden vectors of length 16 .* --golden"):
        golden_inputs(tmp_path / "model.tflite", inputs, [tmp_path])


def test_inputs_that_no_encoder_has(tmp_path: Path) -> None:
    inputs = [InputTensor("image", (1, 224, 224, 3), "float32")]
    with pytest.raises(InputError, match=r"an encoder takes one to three of shape \(1, length\)"):
        golden_inputs(tmp_path / "model.tflite", inputs, [tmp_path])


def test_machine_without_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt-get is not on this machine; the laboratory needs a Debian system"):
        debian_packages.mirror()


def test_help_says_what_it_takes() -> None:
    command = [sys.executable, "-m", "benchmarks.aarch64", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 0
    assert "ARTIFACT" in done.stdout
