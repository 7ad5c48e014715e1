"""Stages of long work on stderr: their title and how long they take."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from edge.child_process import Stage


@contextmanager
def show_progress() -> Iterator[Stage]:
    """Give a `Stage` that shows running stages live on a terminal, and one line for each finished stage elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda title: _printed(console, title)
        return
    columns = (SpinnerColumn(finished_text="[green]done[/]"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield lambda title: _drawn(progress, title)


@contextmanager
def _printed(console: Console, title: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    console.print(f"{time.monotonic() - begin:6.1f} s  {title}", highlight=False, markup=False, soft_wrap=True)


def _drawn(progress: Progress, title: str) -> AbstractContextManager[None]:
    @contextmanager
    def stage() -> Iterator[None]:
        task = progress.add_task(title, total=1)
        yield
        progress.update(task, completed=1)

    return stage()
