"""The long work of a build as jobs: calibrations, conversions, and the reference that all are held to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from converters.artifact_name import artifact_id, artifact_path, layer_values_path
from converters.backend import Backend
from converters.file_options import NOTHING_ASKED, FileOptions
from edge.checkpoint import Checkpoint
from edge.child_process import Job


@dataclass(frozen=True)
class Conversion:
    """One artifact that a build needs, and where it is to lie.

    Attributes
    ----------
    sequence_lengths
        In tokens, ascending; several lie in one file.
    options
        What else is asked of the file; only what the backend takes.
    directory
        The folder of the format.
    """

    backend: Backend
    recipe: str
    sequence_lengths: tuple[int, ...]
    options: FileOptions
    directory: Path

    @property
    def id(self) -> str:
        """The artifact's id."""
        return artifact_id(self.backend, self.recipe, self.sequence_lengths)

    @property
    def path(self) -> Path:
        """Where the artifact is to lie."""
        return artifact_path(self.backend, self.recipe, self.sequence_lengths, self.directory)

    @property
    def files(self) -> dict[str, Path]:
        """What the conversion writes."""
        files = {"artifact": self.path}
        return {**files, "layer_values": layer_values_path(self.path)} if self.backend.has_layer_values else files

    def title(self, recipes: Iterable[str]) -> str:
        """Return what the user reads of conversions to `recipes` that are like this one otherwise."""
        backend = self.backend
        name = backend.format if backend.is_default else f"{backend.format} for {backend.name}"
        return f"{name} ({', '.join(recipes)}) at {', '.join(map(str, self.sequence_lengths))} tokens"


def plan_conversions(
    plan: Mapping[Backend, Sequence[str]],
    lengths: Sequence[int],
    directory: Path,
    options: FileOptions = NOTHING_ASKED,
    multifunction: bool = False,
) -> tuple[Conversion, ...]:
    """Return the conversions of a build, straight into the bundle in `directory`: by backend, length, recipe.

    Parameters
    ----------
    options
        Those that a backend does not take are left out for it.
    multifunction
        Whether Core ML packages hold all `lengths`.
    """
    return tuple(
        Conversion(
            backend,
            recipe,
            together,
            options.of(backend.options),
            directory / backend.format,
        )
        for backend, recipes in plan.items()
        for together in ([tuple(lengths)] if multifunction and backend.is_multifunction else [(n,) for n in lengths])
        for recipe in recipes
    )


def sharing_work(conversion: Conversion) -> tuple[Backend, tuple[int, ...]]:
    """Return what conversions have in common that share work; in a build's order they stand side by side."""
    return conversion.backend, conversion.sequence_lengths


def conversion_jobs(
    checkpoint: Checkpoint, conversions: Sequence[Conversion], static_plans: Mapping[str, Path]
) -> list[Job]:
    """Return a job for each backend and length, since recipes share work within one; in the order of `conversions`."""
    jobs = []
    for (backend, lengths), group in groupby(conversions, sharing_work):
        members = list(group)
        recipes = [entry.recipe for entry in members]
        jobs.append(
            Job(
                title=f"convert to {members[0].title(recipes)}",
                module="converters.worker",
                arguments={
                    "checkpoint": str(checkpoint.root.resolve()),
                    "task": checkpoint.task.name,
                    "format": backend.format,
                    "backend": backend.name,
                    "recipes": recipes,
                    "sequence_lengths": list(lengths),
                    "directory": str(members[0].directory.resolve()),
                    "plans": {name: str(static_plans[name]) for name in recipes if name in static_plans},
                    "options": asdict(members[0].options),
                },
            )
        )
    return jobs


@dataclass(frozen=True)
class Calibration:
    """One recipe's plan and sensitivity table, and what both are made from.

    Attributes
    ----------
    texts
        File with texts; None is the bundled sample.
    sequence_length
        In tokens.
    max_drop
        Points that the task's metric may lose; None searches no mixed precision.
    plan, table
        Files to write.
    """

    recipe: str
    texts: Path | None
    sequence_length: int
    max_drop: float | None
    plan: Path
    table: Path

    @property
    def title(self) -> str:
        """What the user reads while it runs."""
        return f"calibrate {self.recipe}" + ("" if self.max_drop is None else " and search its mixed precision")


def calibration_jobs(checkpoint: Checkpoint, calibrations: Sequence[Calibration]) -> list[Job]:
    """Return a job that chooses the ranges of each calibrated recipe once, for all formats and lengths."""
    return [
        Job(
            title=entry.title,
            module="edge.calibration_worker",
            arguments={
                "checkpoint": str(checkpoint.root.resolve()),
                "task": checkpoint.task.name,
                "recipe": entry.recipe,
                "calibration": None if entry.texts is None else str(entry.texts.resolve()),
                "sequence_length": entry.sequence_length,
                "max_drop": entry.max_drop,
                "plan": str(entry.plan),
                "table": str(entry.table.resolve()),
            },
        )
        for entry in calibrations
    ]


@dataclass(frozen=True)
class Reference:
    """The fp32 reference of one length.

    Attributes
    ----------
    samples
        Texts, one or two each.
    directory
        The golden folder.
    """

    samples: tuple[tuple[str, str | None], ...]
    sequence_length: int
    directory: Path

    @property
    def files(self) -> dict[str, Path]:
        """What is written, by name: texts and tokens, outputs."""
        return {
            "texts": self.directory / f"{self.sequence_length}.json",
            "outputs": self.directory / f"{self.sequence_length}.f32",
        }


def reference_jobs(checkpoint: Checkpoint, references: Sequence[Reference]) -> list[Job]:
    """Return a job for each length that computes the reference, and checks the rewritten encoder against it."""
    return [
        Job(
            title=f"compute fp32 reference at {entry.sequence_length} tokens",
            module="edge.reference_worker",
            arguments={
                "checkpoint": str(checkpoint.root.resolve()),
                "task": checkpoint.task.name,
                "samples": [list(sample) for sample in entry.samples],
                "sequence_length": entry.sequence_length,
                "directory": str(entry.directory.resolve()),
            },
        )
        for entry in references
    ]
