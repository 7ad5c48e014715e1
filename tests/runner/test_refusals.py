"""What the runner does not do: one line in the answer, with what is wrong, where, and what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.devices.work import Answer
from tests.checkpoints import change_json
from tests.runner.program import ARTIFACT, LENGTH, Finished

pytestmark = pytest.mark.device


@pytest.fixture
def damaged(bundle: Path, tmp_path: Path) -> Path:
    """Return a copy of the bundle for a test to damage."""
    return Path(shutil.copytree(bundle, tmp_path / "bundle"))


def change_artifact(bundle: Path, **fields: Any) -> None:
    (entry,) = json.loads((bundle / "manifest.json").read_text())["artifacts"]
    change_json(bundle / "manifest.json", artifacts=[entry | fields])


def refusal(answer: Answer) -> str:
    assert answer.result is None
    assert answer.error is not None
    assert "\n" not in answer.error.message
    return f"{answer.error.type}: {answer.error.message}"


def test_no_bundle(ask: Callable[..., Answer], tmp_path: Path) -> None:
    expected = f"InputError: {tmp_path / 'nowhere'}: no such bundle; make one with 'squeezebert-edge build'"

    assert refusal(ask(tmp_path / "nowhere")) == expected


def test_a_manifest_that_is_no_json(damaged: Path, ask: Callable[..., Answer]) -> None:
    (damaged / "manifest.json").write_text("{")

    assert "manifest.json: damaged (no JSON from byte 2 on)" in refusal(ask(damaged))


def test_a_manifest_without_a_field(damaged: Path, ask: Callable[..., Answer]) -> None:
    change_json(damaged / "manifest.json", artifacts=[{"id": "a"}])

    assert "manifest.json: damaged: artifacts.0.format is missing" in refusal(ask(damaged, artifact="a"))


def test_a_manifest_of_another_version(damaged: Path, ask: Callable[..., Answer]) -> None:
    change_json(damaged / "manifest.json", schema_version=2)

    assert "schema version 2, this program reads 1" in refusal(ask(damaged))


def test_an_unknown_artifact(bundle: Path, ask: Callable[..., Answer]) -> None:
    assert refusal(ask(bundle, artifact="x")) == f"InputError: no artifact 'x' in {bundle}: it has {ARTIFACT}"


def test_a_length_that_the_artifact_has_not(bundle: Path, ask: Callable[..., Answer]) -> None:
    assert refusal(ask(bundle, sequence_length=99)) == f"InputError: {ARTIFACT} has no 99 tokens: it has {LENGTH}"


@pytest.mark.parametrize(("format", "backend"), [("tflite", "xnnpack"), ("executorch", "coreml")])
def test_artifacts_of_other_programs(format: str, backend: str, damaged: Path, ask: Callable[..., Answer]) -> None:
    change_artifact(damaged, format=format, backend=backend)

    message = f"InputError: {ARTIFACT} is {format} for {backend}; this program runs executorch for xnnpack only"
    assert refusal(ask(damaged)) == message


def test_an_artifact_of_a_bundle_that_is_older_than_backends_runs(damaged: Path, ask: Callable[..., Answer]) -> None:
    change_artifact(damaged, backend="")

    assert ask(damaged).result is not None


def test_an_artifact_for_a_newer_executorch(damaged: Path, ask: Callable[..., Answer]) -> None:
    change_artifact(damaged, minimum_runtime={"executorch": "1.10"})

    assert "needs at least executorch 1.10" in refusal(ask(damaged))


def test_a_file_that_is_not_there(damaged: Path, ask: Callable[..., Answer]) -> None:
    (damaged / "executorch" / f"int8-dynamic-{LENGTH}.pte").unlink()

    assert ".pte: is missing; copy the whole bundle, or build it again" in refusal(ask(damaged))


def test_a_file_that_is_cut_short(damaged: Path, ask: Callable[..., Answer]) -> None:
    with (damaged / "executorch" / f"int8-dynamic-{LENGTH}.pte").open("r+b") as file:
        file.truncate(1000)

    assert "has 1000 bytes, the manifest says" in refusal(ask(damaged))


def test_a_file_with_other_bytes_than_executorch_knows(damaged: Path, ask: Callable[..., Answer]) -> None:
    file = damaged / "executorch" / f"int8-dynamic-{LENGTH}.pte"
    file.write_bytes(bytes(reversed(file.read_bytes())))

    assert "ExecuTorch cannot load it (" in refusal(ask(damaged))


def test_a_path_out_of_the_bundle(damaged: Path, ask: Callable[..., Answer]) -> None:
    change_artifact(damaged, file="../other.pte")

    assert "../other.pte points outside of the bundle" in refusal(ask(damaged))


def test_golden_vectors_that_are_not_there(damaged: Path, ask: Callable[..., Answer]) -> None:
    (damaged / "golden" / f"{LENGTH}.json").unlink()

    assert f"golden/{LENGTH}.json: is missing" in refusal(ask(damaged))


def test_golden_vectors_that_are_cut_short(damaged: Path, ask: Callable[..., Answer]) -> None:
    with (damaged / "golden" / f"{LENGTH}.f32").open("r+b") as file:
        file.truncate(40)

    assert "golden vectors are damaged or cut short" in refusal(ask(damaged, outputs="outputs.f32"))


def test_outputs_of_another_shape_than_the_reference(damaged: Path, ask: Callable[..., Answer]) -> None:
    golden = damaged / "golden" / f"{LENGTH}.json"
    rows = json.loads(golden.read_text())["rows"]
    for row in rows:
        row["outputs"]["logits"]["shape"] = [1, 1]
    change_json(golden, rows=rows)

    message = "other shapes than the reference's; build the bundle again"
    assert message in refusal(ask(damaged, outputs="outputs.f32"))


def test_cores_that_are_not_there(bundle: Path, ask: Callable[..., Answer]) -> None:
    assert "cannot stay on cores 0, 1000: this program may run on" in refusal(ask(bundle, cores=[0, 1000]))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"threads": 0}, "threads has to be a whole number of at least 1"),
        ({"threads": 1025}, "threads is more than 1024"),
        ({"sequence_length": "16"}, "sequence_length has to be a whole number of at least 1"),
        ({"cores": [-1]}, "cores has to be a whole number of at least 0"),
        ({"batch": 8}, "batch is not known"),
        ({"schema_version": 2}, "schema_version is 2, this program reads 1"),
        ({"measurement": {"minimum_runs": 0}}, "measurement.minimum_runs has to be a whole number of at least 1"),
        ({"measurement": {"warm_up_seconds": -1}}, "measurement.warm_up_seconds has to be a number of at least 0"),
        ({"compute_units": "tpu"}, "compute_units is none of all, cpu, gpu, ne"),
    ],
)
def test_a_request_that_is_none(
    fields: dict[str, Any], message: str, bundle: Path, ask: Callable[..., Answer], tmp_path: Path
) -> None:
    assert refusal(ask(bundle, **fields)).startswith(f"InputError: {tmp_path}/request.json: no work request: {message}")


def test_a_request_that_is_not_there(start: Callable[..., Finished], tmp_path: Path) -> None:
    done = start("--request", tmp_path / "request.json", "--answer", tmp_path / "answer.json")

    assert done.status == 2
    assert "is missing" in refusal(Answer.model_validate_json((tmp_path / "answer.json").read_text()))


def test_an_answer_that_cannot_be_written(start: Callable[..., Finished], tmp_path: Path) -> None:
    done = start("--request", tmp_path / "request.json", "--answer", tmp_path / "nowhere" / "answer.json")

    assert done.status == 1
    expected = f"error: {tmp_path}/nowhere/answer.json.part: cannot be written (No such file or directory)\n"
    assert done.stderr == expected


def test_outputs_on_a_full_disk_leave_no_part(bundle: Path, ask: Callable[..., Answer], tmp_path: Path) -> None:
    # What is written to /dev/full finds no room.
    (tmp_path / "outputs.f32.part").symlink_to("/dev/full")

    message = f"DeviceError: {tmp_path}/outputs.f32.part: cannot be written (No space left on device)"
    assert refusal(ask(bundle, outputs="outputs.f32")) == message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "request.json"]
