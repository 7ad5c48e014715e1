"""What a file says of the model in it, in words that every format shares."""

from dataclasses import dataclass

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
    "probabilities": "Softmax of the logits",
    "start_logits": "Score of each token as the first of the answer",
    "end_logits": "Score of each token as the last of the answer",
}
NOT_STATED = "not stated by the checkpoint"


@dataclass(frozen=True)
class ModelDescription:
    """What the model is, in words.

    Attributes
    ----------
    name
        Kind and task: the same for equal checkpoints, wherever they lie.
    summary
        One or two sentences.
    author, license
        From the checkpoint's model card.
    version
        Begins the hash of the checkpoint's files.
    """

    name: str
    summary: str
    author: str
    license: str
    version: str


def describe_checkpoint(checkpoint: Checkpoint, recipe: Recipe, lengths: tuple[int, ...]) -> ModelDescription:
    """Describe `checkpoint` as `recipe` stores it, for sequences of `lengths` tokens."""
    config, card = checkpoint.config, read_model_card(checkpoint.root)
    kind = "SqueezeBERT" if config.model_type == "squeezebert" else "BERT"
    tokens = " and ".join(map(str, lengths))
    return ModelDescription(
        name=f"{kind} {checkpoint.task.name}",
        summary=f"{kind} encoder of {config.num_hidden_layers} layers, {checkpoint.task.name}, for {tokens} tokens."
        f" {recipe.name}: {recipe.summary}.",
        author=card.author or NOT_STATED,
        license=card.license or NOT_STATED,
        version=checkpoint.source_sha256[:12],
    )
