"""A small trained checkpoint that comes with the package: the demo's, and the tests' where real weights matter."""

from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path


def intents() -> AbstractContextManager[Path]:
    """Give the folder of a SqueezeBERT that names one of 150 intents of an assistant's user.

    Beside the checkpoint lies ``validation.jsonl``, 300 labelled rows that it was not trained on; README.md says where
    both come from.
    """
    return resources.as_file(resources.files("edge.pretrained") / "intents")
