"""The formats that artifacts come in, as data, and the one call that converts to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.registry import find_entry
from quantize import Recipe, StaticPlan, load_recipes


@dataclass(frozen=True)
class Format:
    """One artifact format.

    Attributes
    ----------
    suffix
        Ending of the artifact's file name.
    minimum_runtime
        Oldest runtime or system that computes right what the converter writes, by package or system name; one that is
        not named does not.
    packages
        Packages whose versions the manifest records, because they shape the artifact.
    minimum_runtime_of_recipe
        In place of `minimum_runtime`, by the recipe's name.
    """

    name: str
    summary: str
    suffix: str
    minimum_runtime: dict[str, str]
    packages: tuple[str, ...]
    minimum_runtime_of_recipe: dict[str, dict[str, str]] = field(default_factory=dict)


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format(
            "executorch",
            "ExecuTorch program for XNNPACK: Android, iOS, Linux boards",
            ".pte",
            {"executorch": "1.5.1"},
            ("torch", "executorch"),
        ),
        Format(
            "coreml",
            "Core ML ML Program: iOS 17, macOS 14 and later",
            ".mlpackage",
            {"iOS": "17", "macOS": "14"},
            ("torch", "coremltools"),
        ),
        Format(
            "tflite",
            "LiteRT (TensorFlow Lite) flatbuffer: Android, Linux boards",
            ".tflite",
            # The oldest versions that were run (docs/design.md); PyPI has no other tflite-runtime for Python 3.11.
            {"ai-edge-litert": "1.0.1", "tflite-runtime": "2.14.0", "tensorflow": "2.14.1"},
            ("torch", "litert-torch"),
            # tflite-runtime 2.14.0 and tensorflow up to 2.15.1 load these files and compute them wrong; 2.18.0 is the
            # oldest that was run.
            {"int8-dynamic": {"ai-edge-litert": "1.0.1", "tensorflow": "2.18.0"}},
        ),
        Format(
            "onnx",
            "ONNX opset 20: the desktop reference",
            ".onnx",
            # The first release with opset 20.
            {"onnxruntime": "1.17"},
            ("torch", "onnx", "onnxscript", "onnxruntime"),
        ),
    )
}


def find_format(name: str) -> Format:
    """Return the format called `name`.

    Raises
    ------
    InputError
        If there is no such format.
    """
    return find_entry(FORMATS, name, "format")


def recipes_of_format(name: str) -> tuple[Recipe, ...]:
    """Return the recipes that can be built for the format called `name`."""
    return tuple(recipe for recipe in load_recipes().values() if name in recipe.formats)


def minimum_runtime(format_name: str, recipe: Recipe) -> dict[str, str]:
    """Return the oldest runtimes that compute artifacts of this format and recipe right, by package or system name."""
    entry = FORMATS[format_name]
    return entry.minimum_runtime_of_recipe.get(recipe.name, entry.minimum_runtime)


def artifact_path(format_name: str, recipe: Recipe, sequence_length: int, directory: Path) -> Path:
    """Return where a converter writes the artifact: ``<recipe>-<length><suffix>`` in `directory`."""
    return directory / f"{recipe.name}-{sequence_length}{FORMATS[format_name].suffix}"


def convert(
    format_name: str,
    checkpoint: Checkpoint,
    recipes: tuple[Recipe, ...],
    sequence_length: int,
    directory: Path,
    plans: Mapping[str, StaticPlan],
) -> list[Artifact]:
    """Convert `checkpoint` to one format at one length, once for each recipe.

    Recipes are given together because a converter shares work between them: float conversion is most of the time.

    Parameters
    ----------
    directory
        Existing folder that the artifacts are written to, as `artifact_path` names them.
    plans
        A plan for each recipe with calibrated activations, by the recipe's name.

    Raises
    ------
    InputError
        If the length is out of range.
    """
    converter = import_module(f"converters.{find_format(format_name).name}")
    artifacts: list[Artifact] = converter.convert(checkpoint, recipes, sequence_length, directory, plans)
    return artifacts
