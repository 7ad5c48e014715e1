"""MediaPipe Tasks: the .tflite with its metadata is all that it loads."""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from converters.mediapipe_tokenizer import different_texts
from converters.tflite_metadata import VOCABULARY_FILE
from edge.bundle import Bundle
from edge.errors import InputError
from edge.golden import load_golden
from edge.manifest import ArtifactInfo
from edge.tokenizer import Tokenizer

MODEL = "model.tflite"

# By task: what the README calls things.
WORDS = {
    "text-classification": {
        "name": "TextClassifier",
        "call": "classify",
        "show": "for best in result.classifications[0].categories[:3]:\n    print(best.category_name, best.score)",
        "kotlin": "classificationResult().classifications()[0].categories()[0].categoryName()",
        "javascript": "classifications[0].categories[0].categoryName",
        "result": "`classifications[0]` are the probabilities, best first, as `edge.load` gives them."
        " `classifications[1]` are the logits, which `squeezebert-edge verify` compares: pass over them. A score"
        " threshold and `max_results` count for both.",
    },
    "feature-extraction": {
        "name": "TextEmbedder",
        "call": "embed",
        "show": "print(result.embeddings[0].embedding)",
        "kotlin": "embeddingResult().embeddings()[0].floatEmbedding()",
        "javascript": "embeddings[0].floatEmbedding",
        "result": "The embedding is that of `edge.load`. `TextEmbedder.cosine_similarity` compares two.",
    },
}


def write(bundle: Bundle, artifact: ArtifactInfo, directory: Path) -> Mapping[str, str]:
    """Write the model; see `edge.clients.client.Client.write`."""
    path = bundle.path(artifact)
    if not zipfile.is_zipfile(path) or VOCABULARY_FILE not in zipfile.ZipFile(path).namelist():
        raise InputError(
            f"{artifact.id} has no metadata for MediaPipe: build with --metadata mediapipe, which says why if it cannot"
        )
    shutil.copyfile(path, directory / MODEL)
    return {**WORDS[bundle.manifest.model.task], "tokens": _compared_tokens(bundle, artifact.sequence_lengths[-1])}


def _compared_tokens(bundle: Bundle, length: int) -> str:
    """Return how many of the texts that verified the bundle become other tokens in MediaPipe."""
    golden = load_golden(bundle.directory / "golden", length)
    # The first of a pair, too: MediaPipe takes one text.
    texts = [example.texts[0] for example in golden.examples]
    different = different_texts(Tokenizer(bundle.directory / "tokenizer"), texts, length)
    example = f", for example {different[0]!r}" if different else ""
    return f"Of the {len(texts)} texts that verified this model, {len(different)} become other tokens{example}."
