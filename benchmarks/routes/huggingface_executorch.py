"""Hugging Face's module through ExecuTorch with XNNPACK, as it is."""

from pathlib import Path

import torch

from benchmarks.built import Built, operators_of
from benchmarks.routes.huggingface_module import load_export
from benchmarks.routes.request import Request


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one float .pte."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    export = load_export(request.checkpoint, request.sequence_length, torch.int64)
    path = directory / f"huggingface-{request.sequence_length}.pte"
    with torch.no_grad():
        program = torch.export.export(export.module, export.example, strict=False)
        lowered = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
    with path.open("wb") as file:
        lowered.to_executorch().write_to_file(file)
    return {request.contestant.name: Built("executorch", path, export.inputs, export.outputs, None, operators_of(path))}
