"""Hugging Face's module in PyTorch, without any export."""

from pathlib import Path

import torch

from benchmarks.built import Built
from benchmarks.routes.huggingface_module import load_export
from benchmarks.routes.request import Request


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Describe the checkpoint itself; nothing is written."""
    export = load_export(request.checkpoint, request.sequence_length, torch.int64)
    return {request.contestant.name: Built("eager", request.checkpoint, export.inputs, export.outputs)}
