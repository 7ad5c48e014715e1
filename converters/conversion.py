"""The one call that converts to each format."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from converters.backend import Backend
from converters.file_options import NOTHING_ASKED, FileOptions
from converters.format import find_backend
from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.errors import InputError
from quantize import Recipe, StaticPlan


@dataclass(frozen=True)
class Request:
    """What a converter is asked to write: one artifact for each recipe.

    Attributes
    ----------
    checkpoint
        What is converted.
    backend
        What for.
    recipes
        Given together because a converter shares work between them: float conversion is most of the time.
    sequence_lengths
        In tokens, ascending; several make one file with a function for each.
    directory
        Existing folder that the artifacts are written to (`converters.artifact_name`).
    plans
        A plan for each recipe with calibrated activations, by the recipe's name.
    options
        What else is asked of the files; only what the backend takes.
    """

    checkpoint: Checkpoint
    backend: Backend
    recipes: tuple[Recipe, ...]
    sequence_lengths: tuple[int, ...]
    directory: Path
    plans: Mapping[str, StaticPlan]
    options: FileOptions = NOTHING_ASKED

    @property
    def sequence_length(self) -> int:
        """The only length, in tokens."""
        (length,) = self.sequence_lengths
        return length


def convert(
    format_name: str,
    checkpoint: Checkpoint,
    recipes: tuple[Recipe, ...],
    sequence_lengths: int | tuple[int, ...],
    directory: Path,
    plans: Mapping[str, StaticPlan],
    backend: str | None = None,
    options: FileOptions = NOTHING_ASKED,
) -> list[Artifact]:
    """Convert `checkpoint` to one format; the parameters are those of `Request`.

    Parameters
    ----------
    backend
        Name of one of the format's; None takes its default.
    options
        Those that the backend does not take are left out.

    Raises
    ------
    InputError
        If a length is out of range, the format has no such backend or not several lengths in one file, or the
        deployment target is too low.
    """
    chosen = find_backend(format_name, backend)
    lengths = (sequence_lengths,) if isinstance(sequence_lengths, int) else tuple(sorted(sequence_lengths))
    if len(lengths) > 1 and not chosen.is_multifunction:
        raise InputError(f"{format_name} for {chosen.name} has one length in a file; several in one are for coreml")
    request = Request(checkpoint, chosen, recipes, lengths, directory, plans, options.of(chosen.options))
    artifacts: list[Artifact] = import_module(f"converters.{chosen.converter}").convert(request)
    return artifacts
