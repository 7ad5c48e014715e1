"""The tasks' heads over (1, C, 1, S); outputs are those of `edge.encoder.heads`."""

import torch
from torch import nn

from edge.encoder import heads
from edge.encoder.channels_first.convolution import convolution
from edge.encoder.channels_first.layer_norm import ChannelsFirstLayerNorm
from edge.encoder.heads import Outputs
from edge.encoder.pooling import SentencePooling


def rows(hidden: torch.Tensor) -> torch.Tensor:
    """Map (1, C, 1, S) to (1, S, C)."""
    return hidden.squeeze(2).permute(0, 2, 1)


class TokenVectors(nn.Module):
    """last_hidden_state (1, S, H)."""

    def __init__(self, head: heads.TokenVectors) -> None:
        super().__init__()

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the token vectors as rows."""
        return (rows(hidden),)


class SentenceEmbedding(nn.Module):
    """sentence_embedding (1, modes * H)."""

    def __init__(self, head: heads.SentenceEmbedding) -> None:
        super().__init__()
        self.pooling: SentencePooling = head.pooling

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Pool over the tokens that are not padding."""
        mask = attention_mask.to(hidden.dtype).view(1, 1, 1, -1)
        pooled = torch.cat([self._pool(mode, hidden, mask) for mode in self.pooling.pooling.modes], dim=1)
        if self.pooling.pooling.normalize:
            squares = (pooled * pooled).sum(dim=1, keepdim=True)
            pooled = pooled * torch.rsqrt(torch.clamp(squares, min=self.pooling.least_square))
        return (pooled.view(1, -1),)

    def _pool(self, mode: str, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Map (1, C, 1, S) and the mask (1, 1, 1, S) to (1, C, 1, 1)."""
        if mode == "cls":
            return hidden[:, :, :, 0:1]
        if mode == "max":
            return (hidden + (mask - 1.0) * 1e4).amax(dim=3, keepdim=True)
        total = (hidden * mask).sum(dim=3, keepdim=True)
        tokens = torch.clamp(mask.sum(dim=3, keepdim=True), min=self.pooling.least_count)
        return total / (tokens if mode == "mean" else torch.sqrt(tokens))


class TextClassifier(nn.Module):
    """Logits (1, labels), or (1, 1) of multiple-choice."""

    def __init__(self, head: heads.TextClassifier) -> None:
        super().__init__()
        self.pooler = convolution(head.pooler)
        self.classifier = convolution(head.classifier)

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of the whole text, from its first token."""
        logits = self.classifier(torch.tanh(self.pooler(hidden[:, :, :, 0:1])))
        return (logits.view(1, -1),)


class TokenClassifier(nn.Module):
    """Logits (1, S, labels)."""

    def __init__(self, head: heads.TokenClassifier) -> None:
        super().__init__()
        self.classifier = convolution(head.classifier)

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        return (rows(self.classifier(hidden)),)


class QuestionAnswering(nn.Module):
    """start_logits (1, S) and end_logits (1, S)."""

    def __init__(self, head: heads.QuestionAnswering) -> None:
        super().__init__()
        self.qa_outputs = convolution(head.qa_outputs)

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of the answer's first and last token."""
        logits = self.qa_outputs(hidden)
        return (logits[:, 0, 0, :], logits[:, 1, 0, :])


class FillMask(nn.Module):
    """Logits (1, S, vocabulary)."""

    def __init__(self, head: heads.FillMask) -> None:
        super().__init__()
        self.transform = convolution(head.transform)
        self.layer_norm = ChannelsFirstLayerNorm(head.layer_norm)
        self.decoder = convolution(head.decoder)
        self.activation = head.activation

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        return (rows(self.decoder(self.layer_norm(self.activation(self.transform(hidden))))),)


# One line a head: what it is over rows, and over channels.
HEADS: dict[type[nn.Module], type[nn.Module]] = {
    heads.TokenVectors: TokenVectors,
    heads.SentenceEmbedding: SentenceEmbedding,
    heads.TextClassifier: TextClassifier,
    heads.TokenClassifier: TokenClassifier,
    heads.QuestionAnswering: QuestionAnswering,
    heads.FillMask: FillMask,
}
