"""SqueezeBERT-base with random weights: the published sizes, which are all that speed depends on."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from edge.child_process import run_job
from edge.pretrained import intents

# What transformers' SqueezeBertConfig and squeezebert/squeezebert-uncased's config.json agree on.
PUBLISHED: dict[str, Any] = {
    "vocab_size": 30528,
    "embedding_size": 768,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "hidden_act": "gelu",
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "q_groups": 4,
    "k_groups": 4,
    "v_groups": 4,
    "post_attention_groups": 1,
    "intermediate_groups": 4,
    "output_groups": 4,
}
TOKENIZER_FILES = ("vocab.txt", "tokenizer.json", "tokenizer_config.json")
SEED = 0


def save_random_checkpoint(folder: str) -> dict[str, Any]:
    """Write the encoder without a head to `folder`, with the tokenizer of the checkpoint that the package brings.

    The folder appears complete or not at all. Weights have the seed `SEED` and transformers' own initialisation, except
    biases and norms, which would be 0 and 1: exporters leave these out, and no trained checkpoint has them.
    """
    import torch
    import transformers

    target = Path(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        torch.manual_seed(SEED)
        config = transformers.SqueezeBertConfig(**PUBLISHED)
        model = transformers.SqueezeBertModel(config)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() == 1:
                    parameter.add_(config.initializer_range * torch.randn_like(parameter))
        model.save_pretrained(draft)
        with intents() as source:
            for name in TOKENIZER_FILES:
                shutil.copyfile(source / name, draft / name)
        os.replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {}


if __name__ == "__main__":
    run_job(save_random_checkpoint)
