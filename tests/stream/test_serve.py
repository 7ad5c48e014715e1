"""The loop between two pipes: an answer for each line, in order, at once, and no line that nobody waits for."""

import fcntl
import itertools
import json
import os
import select
import socket
import threading
import time

import pytest

import edge
from edge.batch import ALONE
from edge.stream import Stop, answer_in_json, serve
from edge.stream.copies import IN_HAND
from edge.stream.lines import READ_AHEAD
from tests.stream.stream_process import PATIENCE

THREADS = 2
SMALLEST_PIPE = 4096


@pytest.fixture(scope="module", params=["tflite-int8-dynamic-16", "executorch-int8-dynamic-16"])
def model(request, small_bundle):
    """Return a model whose lines run side by side where many wait, and one whose lines run in turn."""
    return edge.load(small_bundle, request.param, threads=THREADS)


class Serving:
    """A context manager around `serve` in a thread, between an input and an output that it closes when it ends."""

    def __init__(self, model, source, sink):
        self._signalled, self._signal = os.pipe()
        self.stop = Stop(self._signalled)
        self.begun = itertools.count()
        self._served = None
        self._thread = threading.Thread(target=self._run, args=(model, source, sink))
        self._thread.start()

    def _run(self, model, source, sink):
        def answer(model, line):
            next(self.begun)
            return answer_in_json(model, line)

        self._served = serve(model, answer, source, sink, self.stop, THREADS)
        for descriptor in (source, sink):
            os.close(descriptor)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tell_to_stop()
        self.join()
        # Not by the thread: it may be told to stop in the moment in which it ends.
        os.close(self._signalled)
        os.close(self._signal)

    def tell_to_stop(self):
        self.stop.signal = 15
        os.write(self._signal, b"\x0f")

    def join(self):
        """Wait for the end, and return how it ended."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self._served


@pytest.fixture
def serving(model):
    """Return what writes lines, what reads answers, and the loop in between."""
    source, lines = os.pipe()
    answers, sink = os.pipe()
    for pipe in (lines, sink):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
    loop = Serving(model, source, sink)
    with loop, open(lines, "wb", buffering=0) as writer, open(answers, "rb", buffering=0) as reader:
        yield writer, reader, loop
        loop.tell_to_stop()


def read_line(reader):
    """Read byte by byte, so that nothing behind the line is taken."""
    line = b""
    while not line.endswith(b"\n"):
        assert select.select([reader], [], [], PATIENCE)[0], "no answer"
        byte = reader.read(1)
        assert byte, "no answer, but the end"
        line += byte
    return json.loads(line)


def send(writer, content):
    """Write in a thread."""

    def write():
        rest = memoryview(content)
        while rest:
            rest = rest[writer.write(rest) :]
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def numbered(count):
    return b"".join(json.dumps({"id": index, "text": f"pay bill {index}"}).encode() + b"\n" for index in range(count))


def test_a_line_is_answered_while_the_next_has_not_come(serving):
    writer, reader, _ = serving

    for number in range(1, 4):
        writer.write(b'"pay my bill"\n')
        assert read_line(reader)["line"] == number


def test_a_line_is_answered_at_once_after_many_were_waiting(serving):
    writer, reader, _ = serving
    writer.write(b'"pay"\n' * 200)
    assert [read_line(reader)["line"] for _ in range(200)] == list(range(1, 201))

    writer.write(b'"pay"\n')
    assert read_line(reader)["line"] == 201


def test_answers_are_those_of_the_model_in_order(serving, model):
    writer, reader, loop = serving
    sending = send(writer, numbered(300))

    answers = [read_line(reader) for _ in range(300)]

    sending.join()
    assert loop.join().lines == 300
    assert [answer["id"] for answer in answers] == list(range(300))
    assert [answer["predictions"][0]["score"] for answer in answers] == [
        model(f"pay bill {index}")[0].score for index in range(300)
    ]


def test_bad_lines_among_many_have_their_answers_in_their_places(serving):
    writer, reader, _ = serving
    lines = [b'"pay"', b"pay", b"\xff", b"", b'{"text": 3}'] * 40
    sending = send(writer, b"\n".join(lines))

    answers = [read_line(reader) for _ in lines]

    sending.join()
    assert [answer["line"] for answer in answers] == list(range(1, 201))
    assert [("error" in answer) for answer in answers] == [False, True, True, True, True] * 40


def test_who_takes_no_answers_gets_no_lines_read(serving):
    writer, reader, loop = serving
    line = b'"pay my bill"\n'
    os.set_blocking(writer.fileno(), False)

    sent, quiet = 0, 0
    while quiet < 50:
        written = writer.write(line * 10)
        quiet = 0 if written else quiet + 1
        sent += written or 0
        time.sleep(0.01)

    # What the two pipes hold, what has been read ahead, and the lines in hand: no more.
    answer = len(json.dumps({"line": 100, "predictions": [{"label": "neutral", "score": 0.3}]}))
    in_hand = IN_HAND * THREADS + 1
    most = SMALLEST_PIPE / answer + in_hand + (READ_AHEAD + SMALLEST_PIPE) / len(line)
    assert sent / len(line) <= most
    assert next(loop.begun) <= SMALLEST_PIPE / answer + in_hand

    os.set_blocking(writer.fileno(), True)
    assert read_line(reader)["line"] == 1


def test_end_of_input_ends_it_after_the_last_answer(serving):
    writer, reader, loop = serving
    writer.write(b'"pay"\n"bill"')
    writer.close()

    assert [read_line(reader)["line"] for _ in range(2)] == [1, 2]
    assert reader.read() == b""
    assert loop.join().lines == 2


def test_stop_answers_what_is_in_hand_and_nothing_else(serving):
    writer, reader, loop = serving
    writer.write(b'"pay"\n')
    read_line(reader)

    loop.tell_to_stop()

    assert loop.join().lines == 1
    assert reader.read() == b""


def test_stop_among_many_lines_leaves_whole_answers_in_order(serving):
    writer, reader, loop = serving
    writer.write(b'"pay"\n' * 500)
    for _ in range(ALONE + 50):
        read_line(reader)

    loop.tell_to_stop()
    rest = b""
    while read := reader.read(1 << 16):
        rest += read

    assert rest == b"" or rest.endswith(b"\n")
    numbers = [json.loads(line)["line"] for line in rest.splitlines()]
    assert numbers == list(range(ALONE + 51, ALONE + 51 + len(numbers)))
    assert loop.join().lines == ALONE + 50 + len(numbers)


def test_nobody_who_reads_ends_it(serving):
    writer, reader, loop = serving
    writer.write(b'"pay"\n')
    read_line(reader)
    reader.close()

    writer.write(b'"pay"\n')

    assert loop.join().lines == 1


def test_texts_whose_end_is_not_read_are_counted(serving):
    writer, reader, loop = serving
    writer.write(b'"pay"\n"' + b"money " * 50 + b'"\n')
    writer.close()

    assert [read_line(reader).get("truncated") for _ in range(2)] == [None, True]
    assert loop.join().truncated == 1


def test_pipe_that_refuses_when_full_is_waited_for(model):
    source, lines = os.pipe()
    answers, sink = os.pipe()
    os.set_blocking(sink, False)
    os.set_blocking(source, False)
    fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
    loop = Serving(model, source, sink)
    with loop, open(lines, "wb", buffering=0) as writer, open(answers, "rb", buffering=0) as reader:
        sending = send(writer, numbered(300))

        # Longer than the loop takes to fill the pipe.
        time.sleep(0.5)
        assert [read_line(reader)["id"] for _ in range(300)] == list(range(300))
        sending.join()
        assert loop.join().lines == 300


def test_socket_serves_as_both_ends(model):
    here, there = socket.socketpair()
    with here, there, Serving(model, os.dup(there.fileno()), os.dup(there.fileno())) as loop:
        here.sendall(b'"pay"\n"bill"\n')
        here.shutdown(socket.SHUT_WR)

        with here.makefile("rb") as answers:
            assert [json.loads(answers.readline())["line"] for _ in range(2)] == [1, 2]
        assert loop.join().lines == 2


def test_socket_that_is_closed_with_answers_unread_ends_it(model):
    here, there = socket.socketpair()
    there.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALLEST_PIPE)
    with there, Serving(model, os.dup(there.fileno()), os.dup(there.fileno())) as loop:
        here.sendall(b'"pay"\n' * 500)
        here.recv(1)
        here.close()

        assert loop.join().lines < 500
