"""SIGTERM and SIGINT end a stream after the line in hand, and at once where there is none."""

import fcntl
import json
import select
import signal

import pytest

from tests.stream.stream_process import PATIENCE, StreamProcess

# Longer than the smallest pipe, in an answer too: as long as nobody reads, the answer is not written.
LONG_ID = "long" * 2000
# A context of many windows: its answer takes seconds, so that a busy machine sends a signal in between as well.
LONG = {"id": LONG_ID, "text": "where", "text_pair": "mary works at the bank in london. " * 1000}
# Its answer takes ten seconds of a processor, and nobody waits for it.
ENDLESS = {"id": "endless", "text": "where", "text_pair": LONG["text_pair"] * 4}
# Seconds of processor time after which a signal's handler has run: it waits for the end of a call of native code, and
# the longest of them, which cuts the text above into tokens, takes less than half of it.
HANDLED = 1
SHORT = {"id": "short", "text": "where", "text_pair": "mary works in london"}


@pytest.fixture
def questions(bundle_of):
    """Return a stream of questions that has answered one, into the smallest pipe."""
    with StreamProcess(bundle_of("question-answering"), "--json", "--threads", 1) as stream:
        fcntl.fcntl(stream.process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        stream.send(SHORT)
        assert stream.answer()["id"] == "short"
        yield stream


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signal_while_it_waits_ends_it_at_once(questions, sent, status):
    questions.process.send_signal(sent)

    assert questions.process.wait(PATIENCE) == status
    assert questions.end() == ("", status, "")


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signal_lets_the_line_in_hand_be_answered_and_no_other(questions, sent, status):
    questions.send(LONG, SHORT)
    questions.wait_until_at_work()

    questions.process.send_signal(sent)

    answer = questions.answer()
    assert answer["id"] == LONG_ID
    assert answer["predictions"]
    assert questions.end() == ("", status, "")


def test_half_a_line_is_not_answered(questions):
    questions.send_bytes(json.dumps(SHORT).encode())

    questions.process.send_signal(signal.SIGTERM)

    assert questions.end() == ("", 0, "")


def test_second_signal_does_not_wait_for_the_line_in_hand(questions):
    questions.send(ENDLESS)
    questions.wait_until_at_work()

    questions.process.send_signal(signal.SIGINT)
    questions.wait_until_at_work(HANDLED)
    questions.process.send_signal(signal.SIGINT)

    assert questions.end() == ("", 130, "")


def test_answer_that_nobody_takes_yet_is_written_whole(questions):
    """An answer is longer than the pipe: the signal comes in the middle of writing it."""
    questions.send({**SHORT, "id": LONG_ID}, SHORT)
    select.select([questions.process.stdout], [], [], PATIENCE)

    questions.process.send_signal(signal.SIGTERM)

    assert questions.answer()["id"] == LONG_ID
    assert questions.end() == ("", 0, "")
