"""What a Core ML package says of itself: Xcode's preview and `MLModel.modelDescription` show it."""

import json
from typing import Any

from converters.coreml_classifier import LABEL, PROBABILITIES
from converters.model_description import INPUTS, OUTPUTS, describe_checkpoint
from edge.checkpoint import Checkpoint
from quantize import Recipe

# What a classifier has beside the logits.
ANSWERS = {
    LABEL: "Label of the highest probability",
    PROBABILITIES: "Probability of each label: the softmax of the logits",
}


def describe_model(spec: Any, checkpoint: Checkpoint, recipe: Recipe, lengths: tuple[int, ...]) -> None:
    """Write into the model specification `spec` what the model is, in place of what coremltools wrote.

    The labels are an entry ``labels`` of the user-defined metadata, a JSON list in the order of the logits.
    """
    description = describe_checkpoint(checkpoint, recipe, lengths)
    metadata = spec.description.metadata
    metadata.userDefined.clear()
    metadata.shortDescription = description.summary
    metadata.author = description.author
    metadata.license = description.license
    metadata.versionString = description.version
    if checkpoint.labels:
        metadata.userDefined["labels"] = json.dumps(checkpoint.labels, ensure_ascii=False)
    for described in (spec.description, *spec.description.functions):
        for features, known in ((described.input, INPUTS), (described.output, OUTPUTS | ANSWERS)):
            for feature in features:
                feature.shortDescription = known[feature.name]
