"""The app's Swift, as far as it needs no device, on a real bundle: its answers, outputs and predictions are judged.

It runs as a program of this machine; behind it `edge.runtimes` runs the artifacts, Core ML's evaluated in numpy.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from edge.bundle import open_bundle
from edge.devices.device_answer import read_answer
from edge.devices.ios_app import FOLDER, AppDescription
from edge.devices.work import Answer, MeasurementRule, WorkRequest
from edge.golden import load_golden, load_outputs
from edge.model import Model
from edge.parity import measure_parity, worst_cosine
from edge.tasks import find_task
from tests.bundles import correct_the_manifest
from tests.checkpoints import change_json
from tests.ios_lab.desktop_program import DesktopProgram

pytestmark = pytest.mark.ios

PACKAGE, PROGRAM = "coreml-fp16-16", "executorch-int8-dynamic-16"
LENGTH = 16
RULE = MeasurementRule(warm_up_seconds=0, minimum_runs=7, minimum_seconds=0)
LONG_TEXT = "\N{GRINNING FACE} can you book a flight to london tomorrow and play music at the hotel today please john"

Ask = Callable[..., Answer]


def work(program: DesktopProgram, container: Path) -> Answer:
    """Have the request that lies in a container done."""
    assert program.run(container, "work", f"{FOLDER}/request.json", f"{FOLDER}/answer.json") == 0
    return Answer.model_validate_json((container / FOLDER / "answer.json").read_bytes())


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Return a data container that the host has put nothing into."""
    folder = tmp_path / "container"
    (folder / FOLDER).mkdir(parents=True)
    return folder


@pytest.fixture
def ask(bundle: Path, desktop_program: DesktopProgram, container: Path) -> Ask:
    """Return a function that has a request for the bundle, or a copy of it, done; `changes` are the request's."""

    def answer(folder: Path = bundle, **changes: object) -> Answer:
        valid = WorkRequest(bundle=str(folder), artifact=PROGRAM, sequence_length=LENGTH, threads=1)
        request = {**valid.model_dump(mode="json"), **changes}
        (container / FOLDER / "request.json").write_text(json.dumps(request), encoding="utf-8")
        return work(desktop_program, container)

    return answer


@pytest.fixture
def copied(bundle: Path, tmp_path: Path) -> Path:
    """Return a copy of the bundle for one test to damage."""
    return Path(shutil.copytree(bundle, tmp_path / "copied"))


class TestWork:
    @pytest.mark.parametrize("artifact", [PACKAGE, PROGRAM])
    def test_outputs_are_those_of_the_checkpoint(self, ask: Ask, bundle: Path, container: Path, artifact: str) -> None:
        said = ask(artifact=artifact, outputs="outputs.f32")

        golden = load_golden(bundle / "golden", LENGTH)
        outputs = load_outputs(golden, container / FOLDER / "outputs.f32")
        parity = measure_parity(golden.outputs, outputs, find_task("text-classification"))
        recorded = open_bundle(bundle).artifact(artifact).parity
        assert parity == pytest.approx({metric: recorded[metric] for metric in parity}, rel=1e-3, abs=1e-3)
        assert said.result is not None
        assert said.result.worst_cosine == pytest.approx(worst_cosine(golden.outputs, outputs), abs=1e-12)

    @pytest.mark.parametrize(
        ("artifact", "runtime"), [(PACKAGE, "numpy evaluation of the saved .mlpackage"), (PROGRAM, "executorch ")]
    )
    def test_the_host_takes_the_answer(self, ask: Ask, container: Path, artifact: str, runtime: str) -> None:
        ask(artifact=artifact, measurement=RULE.model_dump(), outputs="outputs.f32")
        request = WorkRequest.model_validate_json((container / FOLDER / "request.json").read_bytes())
        text = (container / FOLDER / "answer.json").read_text(encoding="utf-8")

        result = read_answer("phone", "the app", "install it", request, text)

        assert result.program == "desktop-program 1.0"
        assert result.runtime.startswith(runtime)
        assert result.timing is not None
        assert len(result.timing.latencies_ms) == 7
        assert len(result.timing.warm_up_ms) == 10
        assert result.timing.peak_rss_mb is not None
        assert result.timing.peak_rss_mb > 5
        assert result.load_ms > 0

    def test_core_ml_says_which_devices_it_was_allowed(self, ask: Ask) -> None:
        words = {"measurement": RULE.model_dump(), "compute_units": "ne"}
        answers = [ask(artifact=artifact, **words) for artifact in (PACKAGE, PROGRAM)]

        package, program = (answer.result.core_ml for answer in answers if answer.result is not None)
        assert package is not None
        assert (package.compute_units, package.placement) == ("ne", None)
        assert program is None

    def test_an_app_describes_itself(self, desktop_program: DesktopProgram, container: Path) -> None:
        desktop_program.run(container, "describe", "Documents/description.json")

        said = AppDescription.model_validate_json((container / "Documents/description.json").read_bytes())
        # Core ML is a part of the system.
        assert set(said.runtimes) == {"executorch"}
        assert sum(group.count for group in said.cores) > 0
        assert said.memory_mb > 100

    def test_only_the_folder_of_the_work_is_removed(self, desktop_program: DesktopProgram, container: Path) -> None:
        (container / FOLDER / "answer.json").touch()
        (container / "Documents/mine.txt").touch()

        assert desktop_program.run(container, "clean") == 0

        assert [path.name for path in (container / "Documents").iterdir()] == ["mine.txt"]


class TestFaults:
    """Each is an answer of one line, as the host shows it."""

    def message(self, answer: Answer, kind: str = "InputError") -> str:
        assert answer.result is None
        assert answer.error is not None
        assert answer.error.type == kind
        assert "\n" not in answer.error.message
        return answer.error.message

    def test_a_changed_package(self, ask: Ask, copied: Path) -> None:
        package = copied / open_bundle(copied).artifact(PACKAGE).file
        (weights,) = package.rglob("weight.bin")
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)

        assert "its checksum differs from the manifest's" in self.message(ask(copied, artifact=PACKAGE))

    def test_a_missing_artifact(self, ask: Ask, copied: Path) -> None:
        (copied / open_bundle(copied).artifact(PROGRAM).file).unlink()

        assert ".pte: missing; copy the bundle again" in self.message(ask(copied))

    def test_changed_golden_vectors(self, ask: Ask, copied: Path) -> None:
        with (copied / "golden" / "16.json").open("a") as file:
            file.write(" ")

        assert "16.json: has " in self.message(ask(copied))

    def test_a_bundle_of_another_version(self, ask: Ask, copied: Path) -> None:
        change_json(copied / "manifest.json", schema_version=2)

        assert "schema version 2, this app reads 1" in self.message(ask(copied))

    @pytest.mark.parametrize(
        ("artifact", "needed", "message"),
        [
            (PACKAGE, {"iOS": "19"}, "needs iOS 19, and this device has 18.2; update it, or build for an older one"),
            (PROGRAM, {"executorch": "99.0"}, "which needs at least 99.0; install a newer app"),
        ],
    )
    def test_a_system_or_runtime_that_is_too_old(
        self, ask: Ask, copied: Path, artifact: str, needed: dict[str, str], message: str
    ) -> None:
        manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
        for entry in manifest["artifacts"]:
            entry["minimum_runtime"] = needed
        change_json(copied / "manifest.json", artifacts=manifest["artifacts"])

        assert message in self.message(ask(copied, artifact=artifact))

    def test_a_request_with_a_word_that_is_not_known(self, ask: Ask) -> None:
        assert "priority" in self.message(ask(priority=1))

    def test_a_damaged_request(self, desktop_program: DesktopProgram, container: Path) -> None:
        (container / FOLDER / "request.json").write_text('{"bundle": ', encoding="utf-8")

        assert "request.json: damaged (" in self.message(work(desktop_program, container))

    def test_a_file_that_the_runtime_does_not_load(self, ask: Ask, copied: Path) -> None:
        (copied / open_bundle(copied).artifact(PROGRAM).file).write_bytes(b"no program")
        correct_the_manifest(copied)

        assert "not a .pte file" in self.message(ask(copied), "ConversionError")

    def test_cores(self, ask: Ask) -> None:
        assert "cores cannot be chosen on this system; leave --cores out" in self.message(ask(cores=[0]))


def predict(program: DesktopProgram, folder: Path, bundle: Path, examples: Sequence[Sequence[str]]) -> list:
    """Return what the program says of each example."""
    (folder / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    assert program.run(folder, "predict", bundle, PROGRAM, "examples.json", "answers.json") == 0
    return list(json.loads((folder / "answers.json").read_text(encoding="utf-8")))


def test_texts_that_the_task_does_not_take(desktop_program: DesktopProgram, bundle: Path, tmp_path: Path) -> None:
    (said,) = predict(desktop_program, tmp_path, bundle, [("a", "b", "c")])

    assert said["error"] == "text-classification takes one text or two, but 3 were given"


def test_predictions_are_those_of_python(desktop_program: DesktopProgram, bundle: Path, tmp_path: Path) -> None:
    examples = [("please pay my bill",), ("good hotel", "bad music"), (LONG_TEXT,)]
    opened = open_bundle(bundle)
    model = Model(opened, [opened.artifact(PROGRAM)], threads=1)

    said = predict(desktop_program, tmp_path, bundle, examples)

    for texts, found in zip(examples, said, strict=True):
        (expected,) = model(*texts)
        (prediction,) = found["predictions"]
        assert prediction["label"] == expected.label
        assert prediction["score"] == pytest.approx(expected.score, rel=1e-12)
