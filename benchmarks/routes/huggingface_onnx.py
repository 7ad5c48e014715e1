"""Hugging Face's module through torch.onnx, run by onnxruntime, in float or by its own dynamic int8."""

from pathlib import Path

import torch

from benchmarks.built import Built
from benchmarks.routes.huggingface_module import load_export
from benchmarks.routes.onnx_export import write_onnx
from benchmarks.routes.request import Request


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one .onnx."""
    export = load_export(request.checkpoint, request.sequence_length, torch.int64)
    path = directory / f"huggingface-{request.sequence_length}.onnx"
    return {request.contestant.name: write_onnx(export, request.contestant.recipe, path)}
