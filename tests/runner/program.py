"""One run of the runner, and what the tests have it run."""

from dataclasses import dataclass

from edge.devices.work import Answer

LENGTH = 16
ARTIFACT = f"executorch-int8-dynamic-{LENGTH}"
# Long enough to be sure of what goes wrong when nothing moves.
TIME_LIMIT = 120


@dataclass(frozen=True)
class Finished:
    """One run of the program."""

    status: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> Answer:
        """The document that it printed."""
        return Answer.model_validate_json(self.stdout)
