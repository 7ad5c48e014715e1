"""What a Core ML package says of itself: Xcode's preview and `MLModel.modelDescription` show it."""

import json
from typing import Any

from edge.checkpoint import Checkpoint
from edge.checkpoint.model_card import read_model_card
from quantize import Recipe

INPUTS = {
    "input_ids": "Token ids of BERT's tokenizer, [CLS] and [SEP] included, then [PAD]",
    "attention_mask": "1 for a token, 0 for padding",
    "token_type_ids": "0 for the first text, 1 for the second",
}
OUTPUTS = {
    "sentence_embedding": "Embedding of the text",
    "last_hidden_state": "Vector of each token",
    "logits": "Scores before softmax",
    "start_logits": "Score of each token as the first of the answer",
    "end_logits": "Score of each token as the last of the answer",
}
NOT_STATED = "not stated by the checkpoint"


def describe_model(spec: Any, checkpoint: Checkpoint, recipe: Recipe, lengths: tuple[int, ...]) -> None:
    """Write into the model specification `spec` what the model is, in place of what coremltools wrote.

    The labels are an entry ``labels`` of the user-defined metadata, a JSON list in the order of the logits.
    """
    config, card = checkpoint.config, read_model_card(checkpoint.root)
    metadata = spec.description.metadata
    metadata.userDefined.clear()
    kind = "SqueezeBERT" if config.model_type == "squeezebert" else "BERT"
    tokens = " and ".join(map(str, lengths))
    metadata.shortDescription = (
        f"{kind} encoder of {config.num_hidden_layers} layers, {checkpoint.task.name}, for {tokens} tokens."
        f" {recipe.name}: {recipe.summary}."
    )
    metadata.author = card.author or NOT_STATED
    metadata.license = card.license or NOT_STATED
    metadata.versionString = checkpoint.source_sha256[:12]
    if checkpoint.labels:
        metadata.userDefined["labels"] = json.dumps(checkpoint.labels, ensure_ascii=False)
    for described in (spec.description, *spec.description.functions):
        for features, known in ((described.input, INPUTS), (described.output, OUTPUTS)):
            for feature in features:
                feature.shortDescription = known[feature.name]
