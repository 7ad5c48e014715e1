"""Other encoders that a user could take, by onnxruntime's dynamic int8; weights are random, which changes no time."""

from pathlib import Path
from typing import Any

import torch

from benchmarks.built import Built
from benchmarks.routes.huggingface_module import make_export
from benchmarks.routes.onnx_export import write_onnx
from benchmarks.routes.request import Request

# What differs from transformers' BertConfig, whose defaults are bert-base-uncased; the second is the config.json of
# sentence-transformers/all-MiniLM-L6-v2.
CONFIGS: dict[str, dict[str, Any]] = {
    "BERT-base": {},
    "MiniLM-L6": {"num_hidden_layers": 6, "hidden_size": 384, "intermediate_size": 1536},
}


def build(request: Request, directory: Path) -> dict[str, Built]:
    """Write one .onnx whose output is the token vectors."""
    import transformers

    contestant = request.contestant
    torch.manual_seed(0)
    model = transformers.BertModel(transformers.BertConfig(**CONFIGS[contestant.model])).eval()
    export = make_export(
        model, ("input_ids", "attention_mask"), ("last_hidden_state",), request.sequence_length, torch.int64
    )
    path = directory / f"{contestant.model.lower()}-{request.sequence_length}.onnx"
    return {contestant.name: write_onnx(export, contestant.recipe, path)}
