"""Several lines at once: copies of a model with one thread each, one for each core."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType

from edge.batch import SIDE_BY_SIDE
from edge.model import Model
from edge.stream.answer import Answer
from edge.stream.lines import Line

# Lines for each copy that are in hand at once, so that none waits while an answer is written.
IN_HAND = 2


class ModelCopies:
    """Answers lines beside each other; a context manager that ends its threads. Copies are loaded when first used.

    Parameters
    ----------
    model
        What is copied.
    answer
        Computes the answer to a line with a model.
    count
        Copies.
    """

    def __init__(self, model: Model, answer: Callable[[Model, Line], Answer], count: int) -> None:
        self._model = model
        self._answer = answer
        self._count = count
        self._idle: SimpleQueue[Model] = SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> "ModelCopies":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def useful(self) -> bool:
        """Whether copies compute more a second than the model itself."""
        return self._count > 1 and self._model.artifacts[0].format in SIDE_BY_SIDE

    @property
    def capacity(self) -> int:
        """Lines that may be in hand."""
        return IN_HAND * self._count

    def begin(self, line: Line) -> Callable[[], Answer]:
        """Begin with a line; what is returned waits for its answer."""
        if self._pool is None:
            for _ in range(self._count):
                self._idle.put(Model(self._model.bundle, self._model.artifacts, threads=1))
            self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="squeezebert-edge")
        return self._pool.submit(self._run, line).result

    def _run(self, line: Line) -> Answer:
        copy = self._idle.get()
        try:
            return self._answer(copy, line)
        finally:
            self._idle.put(copy)
