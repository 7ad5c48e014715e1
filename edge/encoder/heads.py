"""What each task computes from the encoder's token vectors."""

import torch
from torch import nn

from edge.checkpoint import Checkpoint
from edge.encoder.feed_forward import ACTIVATIONS
from edge.encoder.grouped_linear import linear
from edge.encoder.layer_norm import LayerNorm
from edge.encoder.pooling import SentencePooling
from edge.encoder.variant import EncoderVariant

Outputs = tuple[torch.Tensor, ...]


class TokenVectors(nn.Module):
    """feature-extraction without pooling: last_hidden_state (1, S, H)."""

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the token vectors as they are."""
        return (hidden.unsqueeze(0),)


class SentenceEmbedding(nn.Module):
    """feature-extraction of sentence-transformers folders: sentence_embedding (1, modes * H)."""

    def __init__(self, pooling: SentencePooling) -> None:
        super().__init__()
        self.pooling = pooling

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Pool over the tokens that are not padding."""
        return (self.pooling(hidden, attention_mask),)


class TextClassifier(nn.Module):
    """text-classification (1, labels) and multiple-choice (1, 1): pooler and classifier on the first token."""

    def __init__(self, pooler: nn.Linear, classifier: nn.Linear) -> None:
        super().__init__()
        self.pooler = pooler
        self.classifier = classifier

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of the whole text."""
        return (self.classifier(torch.tanh(self.pooler(hidden[0:1]))),)


class TokenClassifier(nn.Module):
    """token-classification: logits (1, S, labels)."""

    def __init__(self, classifier: nn.Linear) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        return (self.classifier(hidden).unsqueeze(0),)


class QuestionAnswering(nn.Module):
    """question-answering: start_logits (1, S) and end_logits (1, S)."""

    def __init__(self, qa_outputs: nn.Linear) -> None:
        super().__init__()
        self.qa_outputs = qa_outputs

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of the answer's first and last token."""
        logits = self.qa_outputs(hidden).permute(1, 0)
        return (logits[0:1], logits[1:2])


class FillMask(nn.Module):
    """fill-mask: logits (1, S, vocabulary)."""

    def __init__(self, transform: nn.Linear, layer_norm: LayerNorm, decoder: nn.Linear, hidden_act: str) -> None:
        super().__init__()
        self.transform = transform
        self.layer_norm = layer_norm
        self.decoder = decoder
        self.activation = ACTIVATIONS[hidden_act]

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        return (self.decoder(self.layer_norm(self.activation(self.transform(hidden)))).unsqueeze(0),)


def build_head(checkpoint: Checkpoint, variant: EncoderVariant) -> nn.Module:
    """Return the head of the checkpoint's task with the checkpoint's weights."""
    weights, config = checkpoint.weights, checkpoint.config

    def layer(name: str) -> nn.Linear:
        return linear(weights[f"{name}.weight"], weights[f"{name}.bias"])

    match checkpoint.task.name:
        case "feature-extraction":
            if checkpoint.pooling is None:
                return TokenVectors()
            return SentenceEmbedding(SentencePooling(checkpoint.pooling, variant.minimum_epsilon))
        case "text-classification" | "multiple-choice":
            return TextClassifier(layer("pooler.dense"), layer("classifier"))
        case "token-classification":
            return TokenClassifier(layer("classifier"))
        case "question-answering":
            return QuestionAnswering(layer("qa_outputs"))
        case "fill-mask":
            head = "cls.predictions"
            norm = LayerNorm(
                weights[f"{head}.transform.LayerNorm.weight"],
                weights[f"{head}.transform.LayerNorm.bias"],
                config.embedding_layer_norm_eps,
                variant,
            )
            decoder = linear(weights[f"{head}.decoder.weight"], weights[f"{head}.bias"])
            return FillMask(layer(f"{head}.transform.dense"), norm, decoder, config.hidden_act)
    raise AssertionError(f"task without a head: {checkpoint.task.name}")
