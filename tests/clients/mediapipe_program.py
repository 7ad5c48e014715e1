"""Runs in MediaPipe's environment: ``mediapipe_program.py classify|embed MODEL``, texts and results are JSON.

Of a classifier, the categories of each output: ``[[name, score], ...]``; of an embedder, each output's values.
"""

import json
import sys

from mediapipe.tasks.python.text import TextClassifier, TextEmbedder


def classify(classifier: TextClassifier, text: str) -> list[list[tuple[str, float]]]:
    """Return the categories of each output, best first."""
    heads = classifier.classify(text).classifications
    return [[(category.category_name, category.score) for category in head.categories] for head in heads]


def embed(embedder: TextEmbedder, text: str) -> list[list[float]]:
    """Return the values of each output."""
    return [[float(value) for value in head.embedding] for head in embedder.embed(text).embeddings]


KINDS = {"classify": (TextClassifier, classify), "embed": (TextEmbedder, embed)}

if __name__ == "__main__":
    task, function = KINDS[sys.argv[1]]
    with task.create_from_model_path(sys.argv[2]) as loaded:
        json.dump([function(loaded, text) for text in json.load(sys.stdin)], sys.stdout)
