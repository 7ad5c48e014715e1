"""The process that profiles one artifact: runtimes print, and may crash on a damaged file."""

from pathlib import Path
from typing import Any

from edge.child_process import run_job
from edge.profile.inputs import golden_feed
from edge.profile.profile import profile_artifact


def profile_file(
    path: str,
    threads: int,
    golden: dict[str, Any] | None,
    minimum_runtime: dict[str, str] | None,
) -> dict[str, Any]:
    """Profile the artifact at `path`; return a JSON-serializable `Profile`.

    Parameters
    ----------
    golden
        The arguments of `golden_feed`: the folder of golden vectors, a length, the names of the inputs; None for a
        lone file.
    """
    feed = None
    if golden is not None:
        feed = golden_feed(Path(golden["golden"]), golden["sequence_length"], golden["names"])
    return profile_artifact(Path(path), threads, feed, minimum_runtime).model_dump(mode="json")


if __name__ == "__main__":
    run_job(profile_file)
