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
    dtype: Literal["int32", "int64", "float32"]
    """An ExecuTorch program of int64 inputs takes fewer tokens than `shape` says, too, and returns as many."""
    shape: list[int]


class FunctionSpec(Strict):
    """One function of a file that has several: the encoder at one length."""

    name: str
    sequence_length: int
    inputs: list[TensorSpec]
    outputs: list[TensorSpec]


class Delegation(Strict):
    """How much of an artifact its accelerated backend runs, in operators of the artifact's file."""

    delegated_ops: int
    other_ops: int


class Artifact(Strict):
    """One converted model.

    Attributes
    ----------
    id
        Unique within a bundle (`converters.artifact_name`).
    backend
        What the file is written for.
    sequence_lengths
        In tokens, ascending.
    inputs, outputs
        At the longest length.
    functions
        One for each length where there are several, else none.
    layer_values
        What the encoder's layers compute on one text (`converters.layer_values`), where the format's runtime can be
        looked into.
    path
        The file, or the .mlpackage folder.
    minimum_runtime
        Oldest version of each runtime (or operating system) that is known to compute it right.
    """

    id: str
    format: str
    backend: str
    recipe: str
    path: Path
    sequence_lengths: tuple[int, ...]
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    delegation: Delegation
    minimum_runtime: dict[str, str]
    functions: tuple[FunctionSpec, ...] = ()
    layer_values: Path | None = None
