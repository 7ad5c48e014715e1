"""Hugging Face's module through litert-torch, as it is."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from benchmarks.built import Built, operators_of
from benchmarks.routes.huggingface_module import HuggingFaceModule, load_export
from benchmarks.routes.request import Request


class NamedSignature(nn.Module):
    """The module with keyword inputs and named outputs, which litert-torch writes into the file's signature."""

    def __init__(self, module: HuggingFaceModule) -> None:
        super().__init__()
        self.module = module

    def forward(self, **inputs: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """Run the module."""
        outputs = self.module(*(inputs[name] for name in self.module.input_names))
        return dict(zip(self.module.output_names, outputs, strict=True))


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one float .tflite; inputs are int32, which apps hand over."""
    import litert_torch

    export = load_export(request.checkpoint, request.sequence_length, torch.int32)
    example = dict(zip(export.module.input_names, export.example, strict=True))
    path = directory / f"huggingface-{request.sequence_length}.tflite"
    with torch.no_grad():
        litert_torch.convert(NamedSignature(export.module).eval(), sample_kwargs=example).export(str(path))
    return {request.contestant.name: Built("tflite", path, export.inputs, export.outputs, None, operators_of(path))}
