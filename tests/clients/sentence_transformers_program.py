"""Runs in the trainers' environment: saves sentence-transformers models and embeds texts with them.

``sentence_transformers_program.py FOLDER``; stdin is JSON: the folder of an encoder, texts, and for each model its
name, pooling and whether it is normalized. The models are saved to FOLDER/NAME. The answer has, by name, their
embeddings, and what a build reads from the model as an object and from its folder.
"""

import json
import sys
from pathlib import Path

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from edge.checkpoint import load_checkpoint
from edge.checkpoint.model_object import checkpoint_source


def make(encoder: str, pooling: str, normalize: bool) -> SentenceTransformer:
    """Return a model of a saved encoder, for texts of at most 32 tokens."""
    transformer = Transformer(encoder, max_seq_length=32)
    modules = [transformer, Pooling(transformer.get_embedding_dimension(), pooling_mode=pooling)]
    return SentenceTransformer(modules=[*modules, Normalize()] if normalize else modules, device="cpu")


def described(source: str | Path) -> list[object]:
    """Return what a build would know of a checkpoint."""
    checkpoint = load_checkpoint(source)
    return [checkpoint.source_sha256, checkpoint.task.name, repr(checkpoint.pooling), checkpoint.max_length]


if __name__ == "__main__":
    folder, request = Path(sys.argv[1]), json.load(sys.stdin)
    answer = {}
    for entry in request["models"]:
        model = make(request["encoder"], entry["pooling"], entry["normalize"])
        model.save_pretrained(str(folder / entry["name"]))
        with checkpoint_source(model) as source:
            as_object = described(source)
        answer[entry["name"]] = {
            "embeddings": model.encode(request["texts"], batch_size=1).tolist(),
            "object": as_object,
            "folder": described(folder / entry["name"]),
        }
    json.dump(answer, sys.stdout)
