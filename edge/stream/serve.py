"""The loop: an answer for each line, in order, each written at once; nothing is read that nobody waits for."""

import os
import select
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from edge.batch import ALONE
from edge.model import Model
from edge.stream.answer import Answer
from edge.stream.copies import ModelCopies
from edge.stream.lines import Line, LineReader
from edge.stream.stop import Stop


@dataclass(frozen=True)
class Served:
    """What a stream was.

    Attributes
    ----------
    lines
        Answers that were written.
    truncated
        How many of them are for texts whose end was not read.
    """

    lines: int
    truncated: int


def serve(
    model: Model, answer: Callable[[Model, Line], Answer], source: int, sink: int, stop: Stop, threads: int
) -> Served:
    """Answer each line of `source` by a line in `sink`, in order and at once, until one of them ends.

    A line that comes alone runs with all threads of the model. Where many are waiting, each core takes one. No more is
    read ahead than `edge.stream.copies.IN_HAND` lines for each thread and `edge.stream.lines.READ_AHEAD` bytes, so who
    takes no answers gets no lines read.

    Parameters
    ----------
    answer
        Computes the answer to a line with a model.
    source, sink
        File descriptors.
    stop
        Ends the stream after the answers to the lines in hand.
    threads
        Threads of the model.

    Raises
    ------
    InputError
        If `source` cannot be read.
    OSError
        If `sink` cannot be written, for another reason than that nobody reads it.
    """
    reader = LineReader(source, stop)
    waiting: deque[Callable[[], Answer]] = deque()
    lines = truncated = backlog = 0
    with ModelCopies(model, answer, threads) as copies:
        while True:
            line = reader.read(wait=False)
            if line is None and not waiting:
                backlog = 0
                line = reader.read(wait=True)
                if line is None:
                    return Served(lines, truncated)
            if line is not None:
                backlog += 1
                if backlog <= ALONE or not copies.useful:
                    waiting.append(partial(answer, model, line))
                else:
                    waiting.append(copies.begin(line))
                    if len(waiting) < copies.capacity:
                        continue
            done = waiting.popleft()()
            try:
                write_whole(sink, done.content)
            except ConnectionError:
                # Nobody reads on: the end of the stream, as for every filter in a pipe.
                return Served(lines, truncated)
            lines += 1
            truncated += done.truncated


def write_whole(sink: int, content: bytes) -> None:
    """Write all of `content`, however long the reader takes.

    Raises
    ------
    OSError
        If it cannot be written; ConnectionError if nobody reads it.
    """
    rest = memoryview(content)
    while rest:
        try:
            rest = rest[os.write(sink, rest) :]
        except BlockingIOError:
            # Whoever made the pipe made it so that a full one refuses.
            select.select([], [sink], [])
