"""SIGTERM and SIGINT as something that a loop can look at, and wait for beside its input."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Whether this process has been told to stop.

    Attributes
    ----------
    descriptor
        File descriptor that becomes readable when a signal arrives.
    signal
        The signal that told it; None as long as there was none.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.signal: int | None = None

    def acknowledge(self) -> None:
        """Make the descriptor unreadable until the next signal."""
        os.read(self.descriptor, 1)


@contextmanager
def stop_signals() -> Iterator[Stop]:
    """Give a `Stop` that SIGTERM and SIGINT set; the second signal raises KeyboardInterrupt, wherever that is.

    A signal that the process ignores (SIGINT in a shell's background job) stays ignored. Handlers are as before
    afterwards. Works in the main thread only, as all handlers do.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    stop = Stop(reading)
    handled = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]

    def handle(number: int, frame: FrameType | None) -> None:
        stop.signal = number
        for each in handled:
            signal.signal(each, signal.default_int_handler)

    # The interpreter writes to this descriptor the moment a signal arrives. A handler alone would run after a wait that
    # began in the same moment, and that may never end.
    wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = {number: signal.signal(number, handle) for number in handled}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        os.close(reading)
        os.close(writing)
