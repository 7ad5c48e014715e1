"""What a route is asked to build."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestant import Contestant


@dataclass(frozen=True)
class Request:
    """One or several contestants of one route at one length.

    Attributes
    ----------
    contestants
        Several only where the route makes them together.
    checkpoint
        Folder in Hugging Face layout.
    """

    contestants: tuple[Contestant, ...]
    checkpoint: Path
    sequence_length: int

    @property
    def contestant(self) -> Contestant:
        """The only contestant."""
        (only,) = self.contestants
        return only
