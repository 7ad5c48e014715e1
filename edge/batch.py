"""Many examples, few of them in memory: one after the other, or side by side, one on each core."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from edge.errors import EdgeError, InputError

Result = TypeVar("Result")
Worker = TypeVar("Worker")

# One text, or the texts of a pair, of a question and its context, or of a text and its choices.
Example = str | Sequence[str]

# Artifacts have batch 1, and for many texts a runtime of one thread on each core does more a second than one runtime
# with a thread on each core (docs/design.md). Not in ExecuTorch, whose Python bindings hold the interpreter's lock
# while they run, nor in Core ML, where all runs share one accelerator.
SIDE_BY_SIDE = frozenset({"tflite", "onnx"})

# Loading another runtime takes about as long as a few texts: no more than this many are run by the first one alone.
ALONE = 16

# Examples for each worker that are read ahead of the result that is wanted next, so that no worker waits for a slow
# neighbour.
AHEAD = 8


def run_in_turn(work: Callable[..., Result], examples: Iterable[Example], first: int = 0) -> Iterator[Result]:
    """Give the result for each example, in order, each computed when it is asked for.

    Parameters
    ----------
    work
        Computes one example from its texts.
    first
        Position of the first example in what the user gave, for messages.

    Raises
    ------
    EdgeError
        What `work` raises, with the example's position before it.
    InputError
        If an example is no text.
    """
    for position, example in enumerate(examples, start=first):
        yield _run(work, position, example)


def run_side_by_side(
    work: Callable[..., Result],
    workers: "SimpleQueue[Worker]",
    count: int,
    examples: Iterable[Example],
    first: int = 0,
) -> Iterator[Result]:
    """Give the result for each example, in order; `count` of them are computed at once.

    Parameters
    ----------
    work
        Computes one example from a worker and its texts.
    workers
        Holds `count` workers. Each is used by one thread at a time, and all are back at the end.
    first
        As in `run_in_turn`.

    Raises
    ------
    EdgeError, InputError
        As in `run_in_turn`, after the results before that example.
    """

    def run(position: int, example: Example) -> Result:
        worker = workers.get()
        try:
            return _run(partial(work, worker), position, example)
        finally:
            workers.put(worker)

    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(count, thread_name_prefix="squeezebert-edge")
    try:
        for position, example in enumerate(examples, start=first):
            waiting.append(pool.submit(run, position, example))
            if len(waiting) == AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # After an error, or where nobody wants the rest, what has not begun never does.
        pool.shutdown(cancel_futures=True)


def _run(work: Callable[..., Result], position: int, example: Example) -> Result:
    texts = example if isinstance(example, list | tuple) else (example,)
    try:
        if not texts:
            raise InputError("no text; give a string, or a tuple of strings")
        return work(*texts)
    except EdgeError as error:
        raise type(error)(f"texts[{position}]: {error}") from error
