"""``squeezebert-edge run BUNDLE --stdin``: a line for each line."""

import json
import os
import signal
import subprocess

import pytest

from tests.stream.stream_process import COMMAND, PATIENCE, StreamProcess

LABELS = {"negative", "neutral", "positive"}


@pytest.fixture
def stream(small_bundle):
    """Return a function that starts a stream of the small bundle, which has the lengths 16 and 32."""
    return lambda *words: StreamProcess(small_bundle, *words)


def served(bundle, content, *words):
    """Return what a stream of this content wrote, how it ended, and its stderr."""
    command = [COMMAND, "run", str(bundle), "--stdin", *map(str, words)]
    finished = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE)
    return finished.stdout.decode(), finished.returncode, finished.stderr.decode()


def test_json_lines_are_answered_with_json_lines(stream):
    with stream("--json") as lines:
        lines.send({"text": "great movie", "id": 1}, "not good")

        answers = [lines.answer() for _ in range(2)]
        assert [list(answer) for answer in answers] == [["id", "line", "predictions"], ["line", "predictions"]]
        assert lines.end() == ("", 0, "")


def test_texts_are_answered_with_a_label_and_a_score_each(small_bundle):
    stdout, status, stderr = served(small_bundle, b"great movie\nnot good\n")

    answers = [line.split("\t") for line in stdout.splitlines()]
    assert [(label in LABELS, 0 < float(score) < 1) for label, score in answers] == [(True, True)] * 2
    assert (status, stderr) == (0, "")


def test_file_can_be_the_input(small_bundle, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "great movie", "label": "positive"}\n{"text": "a", "text_pair": "b"}\n')
    with rows.open("rb") as file:
        finished = subprocess.run(
            [COMMAND, "run", str(small_bundle), "--stdin", "--json"], stdin=file, capture_output=True, timeout=PATIENCE
        )
    of_file = subprocess.run(
        [COMMAND, "run", str(small_bundle), "--data", str(rows), "--json"], capture_output=True, timeout=PATIENCE
    )

    answers = [json.loads(line)["predictions"] for line in finished.stdout.splitlines()]
    assert answers == [row["predictions"] for row in json.loads(of_file.stdout)["results"]]


def test_bad_line_is_answered_and_the_stream_goes_on(stream):
    with stream("--json") as lines:
        lines.send("great")
        lines.send_bytes(b"great\n\xff\n\n")
        lines.send("great")

        answers = [lines.answer() for _ in range(5)]
        assert [("error" in answer) for answer in answers] == [False, True, True, True, False]
        assert lines.end()[1] == 0


def test_top_k(small_bundle):
    stdout, _, _ = served(small_bundle, b'"great"\n', "--json", "--top-k", 3)

    assert {each["label"] for each in json.loads(stdout)["predictions"]} == LABELS


@pytest.mark.parametrize("words", [("--artifact", "onnx-int8-dynamic-16"), ("--threads", 1)])
def test_artifact_and_threads(small_bundle, words):
    stdout, status, _ = served(small_bundle, b'"great"\n', "--json", *words)

    assert json.loads(stdout)["line"] == 1
    assert status == 0


def test_chosen_artifact_is_the_one_that_reads(small_bundle):
    """The artifact of 16 tokens cuts what the one of 32 reads whole."""
    line = json.dumps("money " * 20).encode()

    assert "truncated" in json.loads(served(small_bundle, line, "--json", "--artifact", "tflite-int8-dynamic-16")[0])
    assert "truncated" not in json.loads(served(small_bundle, line, "--json")[0])


def test_cut_texts_are_counted_in_a_note_at_the_end(small_bundle):
    _, status, stderr = served(small_bundle, b"great\n" + b"money " * 50)

    assert stderr == "note: 1 of 2 texts have more than 32 tokens; the rest is cut off\n"
    assert status == 0


def test_nothing_in_is_nothing_out(small_bundle):
    assert served(small_bundle, b"") == ("", 0, "")


def test_closed_stdout_ends_it_quietly(stream):
    with stream("--json") as lines:
        lines.send("great")
        lines.answer()
        lines.process.stdout.close()
        lines.send("great")

        assert lines.process.wait(PATIENCE) == 0
        assert lines.process.stderr.read() == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_full_disk_is_one_line(small_bundle):
    with open("/dev/full", "wb") as full:
        finished = subprocess.run(
            [COMMAND, "run", str(small_bundle), "--stdin"],
            input=b"great\n",
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
        )

    assert finished.returncode == 1
    assert finished.stderr == b"error: output: No space left on device; free some space and run again\n"


@pytest.mark.parametrize(("closed", "name"), [("<&-", "stdin"), (">&-", "stdout")])
def test_closed_end_is_one_line(small_bundle, closed, name):
    finished = subprocess.run(
        f"'{COMMAND}' run '{small_bundle}' --stdin {closed}", shell=True, capture_output=True, timeout=PATIENCE
    )

    assert finished.returncode == 2
    assert finished.stderr.decode().startswith(f"error: {name} is closed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--stdin", "great"], "give a text, --data with a file of texts, or --stdin, only one of them"),
        (["--stdin", "--data", "rows.txt"], "give a text, --data with a file of texts, or --stdin, only one of them"),
        (["--stdin", "--artifact", "nothing"], "no artifact 'nothing'"),
    ],
)
def test_wrong_usage_is_one_line(squeezebert_edge, small_bundle, words, message):
    finished = squeezebert_edge("run", small_bundle, *words)

    assert finished.status == 2
    assert finished.stdout == ""
    assert message in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def test_signal_handlers_are_as_before(squeezebert_edge, small_bundle):
    """In one process: pytest's stdin is at its end."""
    before = signal.getsignal(signal.SIGINT)

    finished = squeezebert_edge("run", small_bundle, "--stdin")

    assert finished.status == 0
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1
