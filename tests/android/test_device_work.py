"""The app's Kotlin, as far as it needs no phone, on real bundles: its answers, outputs and predictions are judged here.

Its classes run on a desktop's JVM; behind them `served_runtimes` runs the artifacts, since no runtime has libraries for
a desktop's JVM.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import edge
from edge.bundle import open_bundle
from edge.devices.android_app import AppDescription
from edge.devices.device_answer import read_answer
from edge.devices.work import Answer, MeasurementRule, WorkRequest
from edge.golden import load_golden, load_outputs
from edge.model import Model
from edge.parity import measure_parity, worst_cosine
from edge.tasks import find_task
from tests.android_lab.edge_text import RESOURCES, compile_edge_text, compile_tests, libraries
from tests.android_lab.laboratory import AndroidLab
from tests.app_vectors.predictions import utf16_offset
from tests.bundles import correct_the_manifest
from tests.checkpoints import change_json, save_squeezebert
from tests.laboratory.build_step import REPOSITORY

pytestmark = pytest.mark.android

PROGRAM = "org.squeezebert.edge.text.device.DesktopProgramKt"
RULE = MeasurementRule(warm_up_seconds=0, minimum_runs=7, minimum_seconds=0)
RUNS = {"executorch-int8-dynamic-16": 16, "tflite-int8-dynamic-16": 16, "tflite-int8-dynamic-32": 32}
EMOJI = "\N{GRINNING FACE}"
CONTEXT = f"{EMOJI} john works at the bank in paris . " * 12


@dataclass(frozen=True)
class DesktopProgram:
    """The compiled classes."""

    classpath: str

    def run(self, *words: object, lines: str = "") -> str:
        """Run the program until it ends; return what it printed."""
        runtimes = [sys.executable, "-m", "tests.laboratory.served_runtimes"]
        command = ["java", "-cp", self.classpath, "-Dedge.runtimes=" + "\n".join(runtimes), PROGRAM, *map(str, words)]
        done = subprocess.run(command, input=lines, capture_output=True, encoding="utf-8", cwd=REPOSITORY, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def work(self, request: Path, answer: Path) -> Answer:
        """Have a request done."""
        self.run("work", request, answer)
        return Answer.model_validate_json(answer.read_bytes())

    def predict(self, bundle: Path, artifact: str, examples: list[tuple[str, ...]]) -> list[dict]:
        """Predict examples, with an artifact and its like of other lengths."""
        lines = "".join(json.dumps(texts) + "\n" for texts in examples)
        return [json.loads(line) for line in self.run("predict", bundle, artifact, lines=lines).splitlines()]


@pytest.fixture(scope="session")
def desktop_program(android_lab: AndroidLab, build_folder: Path) -> DesktopProgram:
    """Return the app's Kotlin as a program."""
    main = compile_edge_text(android_lab, build_folder)
    program = compile_tests(android_lab, build_folder)
    places = [main, RESOURCES, program, *libraries(android_lab), *android_lab.test_libraries]
    return DesktopProgram(":".join(map(str, places)))


@pytest.fixture(scope="session")
def bundle(small_checkpoint, tmp_path_factory):
    """Return a bundle with what Android runs, at two lengths; no test may change it."""
    directory = tmp_path_factory.mktemp("android") / "sentiment"
    edge.build(
        small_checkpoint,
        directory,
        formats=["executorch", "tflite"],
        recipes=["int8-dynamic"],
        sequence_lengths=[16, 32],
    )
    return directory


@pytest.fixture
def ask(bundle, desktop_program, tmp_path):
    """Return a function that has a request for the bundle, or a copy of it, done; `changes` are the request's."""
    (tmp_path / "answers").mkdir()

    def answer(folder=bundle, **changes):
        valid = WorkRequest(bundle=str(folder), artifact="tflite-int8-dynamic-16", sequence_length=16, threads=1)
        (tmp_path / "request.json").write_text(json.dumps({**valid.model_dump(mode="json"), **changes}))
        return desktop_program.work(tmp_path / "request.json", tmp_path / "answers" / "answer.json")

    return answer


@pytest.fixture
def copied(bundle, tmp_path):
    """Return a copy of the bundle for one test to damage."""
    return Path(shutil.copytree(bundle, tmp_path / "copied"))


class TestWork:
    @pytest.mark.parametrize("artifact", RUNS)
    def test_outputs_are_those_of_the_checkpoint(self, ask, bundle, tmp_path, artifact):
        length = RUNS[artifact]

        said = ask(artifact=artifact, sequence_length=length, outputs="outputs.f32")

        golden = load_golden(bundle / "golden", length)
        outputs = load_outputs(golden, tmp_path / "answers" / "outputs.f32")
        parity = measure_parity(golden.outputs, outputs, find_task("text-classification"))
        recorded = open_bundle(bundle).artifact(artifact).parity
        assert parity == pytest.approx(recorded, rel=1e-3, abs=1e-3)
        assert said.result.worst_cosine == pytest.approx(worst_cosine(golden.outputs, outputs), abs=1e-12)

    def test_the_host_takes_the_answer(self, ask, tmp_path):
        ask(measurement=RULE.model_dump(), outputs="outputs.f32")
        request = WorkRequest.model_validate_json((tmp_path / "request.json").read_bytes())
        text = (tmp_path / "answers" / "answer.json").read_text()

        result = read_answer("phone", "the Android app", "install it", request, text)

        assert result.program == "desktop-program 1.0"
        assert result.runtime.startswith("ai-edge-litert ")
        assert len(result.timing.latencies_ms) == 7
        assert len(result.timing.warm_up_ms) == 10
        assert result.timing.peak_rss_mb > 10
        assert result.load_ms > 0

    def test_an_app_describes_itself(self, desktop_program, tmp_path):
        desktop_program.run("describe", tmp_path / "answer.json")

        said = AppDescription.model_validate_json((tmp_path / "answer.json").read_bytes())
        assert set(said.runtimes) == {"executorch", "ai-edge-litert"}


class TestFaults:
    """Each is an answer of one line, as the host shows it."""

    def message(self, answer, kind="InputError"):
        assert answer.result is None
        assert answer.error.type == kind
        assert "\n" not in answer.error.message
        return answer.error.message

    def test_a_changed_artifact(self, ask, copied):
        artifact = copied / open_bundle(copied).artifact("tflite-int8-dynamic-16").file
        content = bytearray(artifact.read_bytes())
        content[len(content) // 2] ^= 1
        artifact.write_bytes(content)

        assert "its checksum differs from the manifest's" in self.message(ask(copied))

    def test_a_missing_artifact(self, ask, copied):
        (copied / open_bundle(copied).artifact("tflite-int8-dynamic-16").file).unlink()

        assert ".tflite: missing; copy the bundle again" in self.message(ask(copied))

    def test_changed_golden_vectors(self, ask, copied):
        with (copied / "golden" / "16.json").open("a") as file:
            file.write(" ")

        assert "16.json: has " in self.message(ask(copied))

    def test_a_bundle_of_another_version(self, ask, copied):
        change_json(copied / "manifest.json", schema_version=2)

        assert "schema version 2, this app reads 1" in self.message(ask(copied))

    def test_a_runtime_that_is_too_old(self, ask, copied):
        manifest = json.loads((copied / "manifest.json").read_text())
        for artifact in manifest["artifacts"]:
            artifact["minimum_runtime"] = {"ai-edge-litert": "99.0"}
        change_json(copied / "manifest.json", artifacts=manifest["artifacts"])

        assert "which needs at least 99.0" in self.message(ask(copied))

    def test_a_request_with_a_word_that_is_not_known(self, ask):
        assert "priority" in self.message(ask(priority=1))

    def test_a_damaged_request(self, desktop_program, tmp_path):
        (tmp_path / "request.json").write_text('{"bundle": ')

        answer = desktop_program.work(tmp_path / "request.json", tmp_path / "answer.json")

        assert "request.json: damaged (" in self.message(answer)

    def test_a_file_that_the_runtime_does_not_load(self, ask, copied):
        artifact = copied / open_bundle(copied).artifact("executorch-int8-dynamic-16").file
        artifact.write_bytes(b"no program")
        correct_the_manifest(copied)

        answer = ask(copied, artifact="executorch-int8-dynamic-16")

        assert "not a .pte file" in self.message(answer, "ConversionError")

    def test_cores(self, ask):
        assert "cores cannot be chosen on this system; leave --cores out" in self.message(ask(cores=[0]))


EXAMPLES = {
    "text-classification": [
        ("please pay my bill",),
        (f"{EMOJI} can you book a flight to london tomorrow and play music at the hotel today please john",),
        ("good hotel", "bad music"),
    ],
    "token-classification": [
        (f"{EMOJI} John works at the bank in Paris {EMOJI}{EMOJI} today",),
        ("Mary's cafe\u0301",),
    ],
    "question-answering": [("where is john", "john is in paris"), (f"where is {EMOJI} john", CONTEXT)],
    "fill-mask": [("the [MASK] of france",), (f"{EMOJI}{EMOJI} my [MASK] is [MASK]",)],
    "multiple-choice": [("pay", f"my bill {EMOJI}", "the bank"), ("where", "at the hotel", "paris", "london", "a")],
    "feature-extraction": [("please pay my bill",), (CONTEXT,)],
}


def test_the_shortest_length_that_holds_the_text(desktop_program, bundle):
    short, long = EXAMPLES["text-classification"][:2]

    said = desktop_program.predict(bundle, "tflite-int8-dynamic-32", [short, long])

    assert [each["lengths"] for each in said] == [[16], [32]]


def test_texts_that_the_task_does_not_take(desktop_program, bundle):
    (said,) = desktop_program.predict(bundle, "tflite-int8-dynamic-16", [("a", "b", "c")])

    message = "text-classification takes one text or two, but 3 were given"
    assert said["error"] == {"type": "InputError", "message": message}


@pytest.mark.parametrize("task", EXAMPLES)
def test_predictions_are_those_of_python(desktop_program, small_checkpoint, bundle, tmp_path, task):
    if task != "text-classification":
        labels = {"labels": ("O", "PER", "LOC")} if task == "token-classification" else {}
        checkpoint = save_squeezebert(tmp_path / "checkpoint", task=task, **labels)
        bundle = tmp_path / "bundle"
        edge.build(checkpoint, bundle, formats=["tflite"], recipes=["fp32"], sequence_lengths=[16])
    opened = open_bundle(bundle)
    artifacts = [each for each in opened.manifest.artifacts if each.format == "tflite"]
    model = Model(opened, artifacts, threads=1)

    said = desktop_program.predict(bundle, artifacts[0].id, EXAMPLES[task])

    for texts, found in zip(EXAMPLES[task], said, strict=True):
        expected = model(*texts)
        assert set(found["lengths"]) <= {artifact.sequence_lengths[0] for artifact in artifacts}
        if isinstance(expected, np.ndarray):
            np.testing.assert_allclose(np.reshape(found["embedding"], found["shape"]), expected, rtol=1e-6)
            continue
        text = texts[1] if task == "question-answering" else texts[0]
        assert [(each["label"], each["start"], each["end"]) for each in found["predictions"]] == [
            (
                each.label,
                None if each.start is None else utf16_offset(text, each.start),
                None if each.end is None else utf16_offset(text, each.end),
            )
            for each in expected
        ]
        scores = [each["score"] for each in found["predictions"]]
        assert scores == pytest.approx([each.score for each in expected], rel=1e-12)
