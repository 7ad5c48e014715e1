"""What a converter hands over: one file in one format, and what is inside."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Base of typed documents: unknown fields are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TensorSpec(Strict):
    """Name, dtype and shape of one input or output; batch is always 1."""

    name: str
    dtype: Literal["int32", "float32"]
    shape: list[int]


class Delegation(Strict):
    """How much of an artifact its accelerated backend runs, in operators of the artifact's file."""

    delegated_ops: int
    other_ops: int


class Artifact(Strict):
    """One converted model.

    Attributes
    ----------
    path
        The file, or the .mlpackage folder.
    minimum_runtime
        Oldest version of each runtime (or operating system) that is known to compute it right.
    """

    format: str
    recipe: str
    path: Path
    sequence_length: int
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    delegation: Delegation
    minimum_runtime: dict[str, str]

    @property
    def id(self) -> str:
        """``<format>-<recipe>-<length>``, unique within a bundle."""
        return artifact_id(self.format, self.recipe, self.sequence_length)


def artifact_id(format_name: str, recipe: str, sequence_length: int) -> str:
    """Return the id of the artifact of this format, recipe and length."""
    return f"{format_name}-{recipe}-{sequence_length}"
