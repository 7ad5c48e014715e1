"""Waiting for what happens in another process."""

import time
from collections.abc import Callable


def wait_until(done: Callable[[], bool], seconds: float = 120) -> None:
    """Return as soon as `done` says so; fail if it has not after a time that no machine takes."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)
