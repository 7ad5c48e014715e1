"""One thing that is made from files: made again only when one of them, or how it is made, has changed."""

import fcntl
import hashlib
import inspect
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from edge.errors import EdgeError

REPOSITORY = Path(__file__).parents[2]


class CheckError(EdgeError):
    """A check found something: what a compiler, a test or a style checker printed (exit status 1)."""

    exit_status = 1


def build_step(output: Path, made_from: Sequence[object], files: Iterable[Path], work: Callable[[Path], None]) -> Path:
    """Return the folder `output`, which `work` makes unless it is there and was made from the same.

    The Python files beside `work`'s are part of that: a change of how something is made makes it again.

    Parameters
    ----------
    made_from
        What the result depends on beside files; JSON-serializable.
    files
        Files and folders whose contents the result depends on.
    work
        Is called with an empty folder that takes the place of `output`.
    """
    record = output.with_name(f"{output.name}.key")
    with _lock(output):
        code = {Path(__file__).parent, Path(inspect.getfile(work)).parent}
        key = _key(made_from, [*files, *(path for folder in sorted(code) for path in files_below(folder, ".py"))])
        if output.is_dir() and record.is_file() and record.read_text(encoding="ascii") == key:
            return output
        record.unlink(missing_ok=True)
        part = output.with_name(f"{output.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        work(part)
        # What is there stays as long as it can: another process may be reading it.
        shutil.rmtree(output, ignore_errors=True)
        part.rename(output)
        record.write_text(key, encoding="ascii")
    return output


def files_below(folder: Path, *endings: str) -> list[Path]:
    """Return the files below `folder` with one of these endings, in order; none if there is no such folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(endings or ("",)))


@contextmanager
def _lock(output: Path) -> Iterator[None]:
    """Let one process at a time make `output`."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.with_name(f"{output.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _key(made_from: Sequence[object], files: Iterable[Path]) -> str:
    whole = hashlib.sha256(json.dumps(list(made_from)).encode())
    for given in files:
        for path in [given] if given.is_file() else files_below(given):
            whole.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
