"""Core ML packages of small modules, quantized by a recipe and converted as an encoder is."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from converters.coreml import convert_encoder
from edge.runtimes.mil.package import load_function, read_package
from quantize import Recipe, StaticPlan


class Rows(nn.Module):
    """An encoder, as far as the converter looks, of so many ids."""

    input_names, output_names = ("input_ids",), ("result",)

    def __init__(self, sequence_length: int) -> None:
        super().__init__()
        self.sequence_length = sequence_length

    def example_inputs(self) -> tuple[torch.Tensor]:
        """Return ids from 0 upwards, int32 (1, S)."""
        return (torch.arange(self.sequence_length, dtype=torch.int32)[None],)


def save_quantized(model: Any, recipe: Recipe, plan: StaticPlan | None, path: Path, target: str = "iOS17") -> None:
    """Write `model` as `recipe` and `plan` say to the package `path`."""
    converted, _ = convert_encoder(model, recipe, plan, target)
    converted.save(str(path))


def operations(path: Path, *types: str) -> list[Any]:
    """Return the operations of these types of a saved package."""
    return [each for each in load_function(read_package(path)).operations if each.op_type in types]


def decibels(reference: np.ndarray, found: np.ndarray) -> float:
    """Return the energy of the reference over that of the difference."""
    return float(10 * np.log10(np.square(reference).sum() / np.square(reference - found).sum()))
