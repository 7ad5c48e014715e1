"""Hugging Face's own module, as a user would export it: token ids and attention mask in, the task's outputs out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.built import TensorShape
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.reference import MODEL_CLASSES


class HuggingFaceModule(nn.Module):
    """transformers' model with positional inputs and a tuple of outputs.

    Parameters
    ----------
    model
        Any transformers model.
    input_names, output_names
        Its keyword arguments and the fields of its result, in order.
    """

    def __init__(self, model: nn.Module, input_names: tuple[str, ...], output_names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.input_names = input_names
        self.output_names = output_names

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Run the model."""
        result = self.model(**dict(zip(self.input_names, inputs, strict=True)))
        return tuple(result[name] for name in self.output_names)


@dataclass(frozen=True)
class Export:
    """A module and what it is exported with.

    Attributes
    ----------
    example
        Tensors of ones, shape (1, S), for tracing.
    inputs, outputs
        Descriptions of both sides; outputs are float32.
    """

    module: HuggingFaceModule
    example: tuple[torch.Tensor, ...]
    inputs: tuple[TensorShape, ...]
    outputs: tuple[TensorShape, ...]


def load_export(checkpoint: Path, sequence_length: int, dtype: torch.dtype) -> Export:
    """Read the checkpoint with transformers' class for its task.

    Parameters
    ----------
    dtype
        Of the inputs: ``torch.int64``, or ``torch.int32`` where the route wants it.

    Raises
    ------
    InputError
        If the checkpoint's outputs are not simply those of a transformers class.
    """
    import transformers

    loaded = load_checkpoint(checkpoint)
    if loaded.pooling is not None or loaded.task.name == "multiple-choice":
        raise InputError(f"{checkpoint}: the benchmark needs a checkpoint without pooling, with one row for each text")
    transformers.logging.set_verbosity_error()
    model_class = getattr(transformers, MODEL_CLASSES[loaded.task.name])
    model = model_class.from_pretrained(str(loaded.directory), dtype=torch.float32, local_files_only=True).eval()
    names = ("input_ids", "attention_mask", "token_type_ids")[: loaded.task.segments + 1]
    return make_export(model, names, loaded.task.outputs, sequence_length, dtype)


def make_export(
    model: Any, input_names: tuple[str, ...], output_names: tuple[str, ...], sequence_length: int, dtype: torch.dtype
) -> Export:
    """Describe the transformers model `model` for inputs of one length; runs it once."""
    module = HuggingFaceModule(model, input_names, output_names).eval()
    example = tuple(torch.ones(1, sequence_length, dtype=dtype) for _ in input_names)
    with torch.no_grad():
        results = module(*example)
    numpy_name = str(dtype).removeprefix("torch.")
    return Export(
        module,
        example,
        tuple(
            TensorShape(name, numpy_name, tuple(value.shape)) for name, value in zip(input_names, example, strict=True)
        ),
        tuple(
            TensorShape(name, "float32", tuple(value.shape)) for name, value in zip(output_names, results, strict=True)
        ),
    )
