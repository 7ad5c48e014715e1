"""The long work of a build as jobs: calibrations, conversions, and the reference that all are held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from converters.format import artifact_path
from edge.artifact import artifact_id
from edge.checkpoint import Checkpoint
from edge.child_process import Job
from quantize import find_recipe


@dataclass(frozen=True)
class Conversion:
    """One artifact that a build needs, and where it is to lie."""

    format: str
    recipe: str
    sequence_length: int
    path: Path

    @property
    def id(self) -> str:
        """The artifact's id."""
        return artifact_id(self.format, self.recipe, self.sequence_length)


def plan_conversions(
    plan: Mapping[str, Sequence[str]], lengths: Sequence[int], directory: Path
) -> tuple[Conversion, ...]:
    """Return the conversions of a build, straight into the bundle in `directory`: by format, length, recipe."""
    return tuple(
        Conversion(
            format_name,
            recipe,
            length,
            artifact_path(format_name, find_recipe(recipe), length, directory / format_name),
        )
        for format_name, recipes in plan.items()
        for length in lengths
        for recipe in recipes
    )


def conversion_jobs(
    checkpoint: Checkpoint, conversions: Sequence[Conversion], static_plans: Mapping[str, Path]
) -> list[Job]:
    """Return a job for each format and length, since recipes share work within one; in the order of `conversions`."""
    jobs = []
    for (format_name, length), group in groupby(conversions, lambda entry: (entry.format, entry.sequence_length)):
        members = list(group)
        recipes = [entry.recipe for entry in members]
        jobs.append(
            Job(
                title=f"convert to {format_name} ({', '.join(recipes)}) at {length} tokens",
                module="converters.worker",
                arguments={
                    "checkpoint": str(checkpoint.root.resolve()),
                    "task": checkpoint.task.name,
                    "format": format_name,
                    "recipes": recipes,
                    "sequence_length": length,
                    "directory": str(members[0].path.parent.resolve()),
                    "plans": {name: str(static_plans[name]) for name in recipes if name in static_plans},
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
