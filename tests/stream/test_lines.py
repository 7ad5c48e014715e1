"""Lines of a pipe: whole whatever pieces they come in, and never more than a few kilobytes of them."""

import os
import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.stream.lines import LONGEST_LINE, READ_AHEAD, LineReader
from edge.stream.stop import Stop


@pytest.fixture
def pipe():
    """Return a function that makes a pipe and the reader of its lines; all is closed afterwards."""
    opened = []

    def make():
        source, sink = os.pipe()
        signalled, signal = os.pipe()
        opened.extend([source, signalled, signal])
        stop = Stop(signalled)
        return sink, LineReader(source, stop), source, stop, signal

    yield make
    for descriptor in opened:
        os.close(descriptor)


def write_pieces(sink, pieces):
    """Write in a thread, piece by piece, and close."""

    def write():
        for piece in pieces:
            os.write(sink, piece)
        os.close(sink)

    threading.Thread(target=write).start()


def all_lines(reader):
    return [(line.number, line.content) for line in iter(lambda: reader.read(wait=True), None)]


@settings(max_examples=200)
@given(content=st.binary(), cuts=st.lists(st.integers(0, 50)))
def test_lines_are_those_of_the_content_in_whatever_pieces_it_comes(content, cuts):
    source, sink = os.pipe()
    never, _ = ends = os.pipe()
    borders = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})

    write_pieces(sink, [content[begin:end] for begin, end in pairwise(borders)])
    found = [content for _, content in all_lines(LineReader(source, Stop(never)))]
    for descriptor in (source, *ends):
        os.close(descriptor)

    expected = content.split(b"\n")
    assert found == (expected if expected[-1] else expected[:-1])


def test_last_line_needs_no_end(pipe):
    sink, reader, *_ = pipe()
    write_pieces(sink, [b"one\ntwo"])

    assert all_lines(reader) == [(1, b"one"), (2, b"two")]


def test_longest_line_is_whole_and_a_longer_one_is_counted_only(pipe):
    sink, reader, *_ = pipe()
    longest = b"a" * LONGEST_LINE
    write_pieces(sink, [longest, b"\n", longest, b"a\n", b"b" * 3 * LONGEST_LINE, b"\n", b"short\n", longest, b"a"])

    found = all_lines(reader)

    assert found == [(1, longest), (2, None), (3, None), (4, b"short"), (5, None)]


def test_what_is_not_whole_is_not_waited_for_unless_asked(pipe):
    sink, reader, *_ = pipe()
    os.write(sink, b"half")

    assert reader.read(wait=False) is None

    os.write(sink, b" a line\nrest")
    os.close(sink)
    assert reader.read(wait=False).content == b"half a line"


def test_only_a_few_kilobytes_are_read_ahead(pipe):
    sink, reader, source, *_ = pipe()
    os.write(sink, b"line\n" * 10_000)

    reader.read(wait=True)

    os.close(sink)
    left = len(os.read(source, 100_000))
    assert left == 50_000 - READ_AHEAD


def test_stop_ends_a_wait(pipe):
    sink, reader, _, stop, signal = pipe()

    def tell():
        stop.signal = 15
        os.write(signal, b"\x0f")

    threading.Timer(0.1, tell).start()

    assert reader.read(wait=True) is None
    os.close(sink)


def test_stop_leaves_the_lines_that_are_there(pipe):
    sink, reader, _, stop, _ = pipe()
    write_pieces(sink, [b"one\ntwo\n"])
    reader.read(wait=True)
    stop.signal = 15

    assert reader.read(wait=True) is None


def test_other_signals_do_not_end_a_wait(pipe):
    sink, reader, *_, signal = pipe()
    os.write(signal, b"\x1c")
    write_pieces(sink, [b"one\n"])

    assert all_lines(reader) == [(1, b"one")]


def test_folder_cannot_be_read(tmp_path, pipe):
    *_, stop, _ = pipe()
    folder = os.open(tmp_path, os.O_RDONLY)

    with pytest.raises(InputError, match="stdin: cannot be read"):
        LineReader(folder, stop).read(wait=True)
    os.close(folder)
