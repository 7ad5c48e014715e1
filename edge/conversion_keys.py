"""What a conversion, a calibration and a reference depend on, as keys of the cache."""

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from converters import find_format
from edge.checkpoint import Checkpoint
from edge.checkpoint.model_card import read_model_card
from edge.checksums import sha256
from edge.content_cache import content_key
from edge.conversions import Conversion
from quantize import find_recipe

# Everything of this project that may shape an artifact or a plan; files of other kinds are documentation.
PACKAGES = ("converters", "quantize", "edge")
SUFFIXES = (".py", ".toml", ".jsonl")

# What calibrates, and what computes the reference.
CALIBRATION_PACKAGES = ("torch",)
REFERENCE_PACKAGES = ("torch", "transformers")


def checkpoint_content(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what is converted: not where it lies or what it is called, but also what a pruning has left of it."""
    digest = hashlib.sha256()
    for name, tensor in sorted(checkpoint.weights.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.contiguous().numpy().data)
    return {
        "source": checkpoint.source_sha256,
        "weights": digest.hexdigest(),
        "config": asdict(checkpoint.config),
        "pooling": repr(checkpoint.pooling),
        "task": checkpoint.task.name,
        "max_length": checkpoint.max_length,
        "card": asdict(read_model_card(checkpoint.root)),
    }


def conversion_key(checkpoint: dict[str, Any], conversion: Conversion, plan: Path | None, code: str) -> str:
    """Return the key of one artifact.

    Parameters
    ----------
    checkpoint
        From `checkpoint_content`.
    plan
        File with the static plan, of a recipe that has one.
    code
        From `code_sha256`.
    """
    return content_key(
        {
            "what": "artifact",
            "checkpoint": checkpoint,
            "format": conversion.backend.format,
            "backend": conversion.backend.name,
            "recipe": asdict(find_recipe(conversion.recipe)),
            "sequence_lengths": list(conversion.sequence_lengths),
            "options": asdict(conversion.options),
            "plan": None if plan is None else sha256(plan),
            **_toolchain(code, find_format(conversion.backend.format).packages),
        }
    )


def calibration_key(
    checkpoint: dict[str, Any],
    recipe: str,
    calibration: Path | None,
    sequence_length: int,
    max_drop: float | None,
    code: str,
) -> str:
    """Return the key of one recipe's plan and sensitivity table.

    Parameters
    ----------
    checkpoint
        From `checkpoint_content`.
    calibration
        File with texts; None is the bundled sample, which is part of the code.
    code
        From `code_sha256`.
    """
    return content_key(
        {
            "what": "plan",
            "checkpoint": checkpoint,
            "recipe": asdict(find_recipe(recipe)),
            # The suffix says how the file is read.
            "calibration": None if calibration is None else [calibration.suffix.lower(), sha256(calibration)],
            "sequence_length": sequence_length,
            "max_drop": max_drop,
            **_toolchain(code, CALIBRATION_PACKAGES),
        }
    )


def reference_key(
    checkpoint: dict[str, Any], samples: Sequence[tuple[str, str | None]], sequence_length: int, code: str
) -> str:
    """Return the key of the fp32 reference of one length; parameters as above."""
    return content_key(
        {
            "what": "reference",
            "checkpoint": checkpoint,
            "samples": [list(sample) for sample in samples],
            "sequence_length": sequence_length,
            **_toolchain(code, REFERENCE_PACKAGES),
        }
    )


def code_sha256() -> str:
    """Return the SHA-256, in hexadecimal, of this project's own code and data."""
    return sources_sha256({package: Path(str(resources.files(package))) for package in PACKAGES})


def sources_sha256(folders: Mapping[str, Path]) -> str:
    """Return the SHA-256, in hexadecimal, over names and contents of the sources in `folders`, which have names."""
    digest = hashlib.sha256()
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                digest.update(f"{name}/{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def _toolchain(code: str, packages: Iterable[str]) -> dict[str, Any]:
    return {
        "code": code,
        "packages": {name: metadata.version(name) for name in sorted({*packages, "numpy"})},
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
