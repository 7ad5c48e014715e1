"""From token vectors to one sentence embedding."""

import torch
from torch import nn

from edge.checkpoint.pooling import Pooling


class SentencePooling(nn.Module):
    """Pooling and normalisation of sentence-transformers.

    Sums over tokens and channels are written as matrix products, which every backend accelerates.

    Parameters
    ----------
    pooling
        Modes and whether to normalise.
    minimum_epsilon
        The variant's.

    Attributes
    ----------
    least_square, least_count
        What the embedding's squared length and the number of tokens count as at least, before they divide: the values
        of sentence-transformers (torch.nn.functional.normalize has 1e-12, squared here), or the variant's.
    """

    def __init__(self, pooling: Pooling, minimum_epsilon: float = 0.0) -> None:
        super().__init__()
        self.pooling = pooling
        self.least_square = max(1e-24, minimum_epsilon)
        self.least_count = max(1e-9, minimum_epsilon)

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and the mask (1, S) to the embedding (1, modes * H)."""
        mask = attention_mask.to(hidden.dtype)
        parts = [self._pool(mode, hidden, mask) for mode in self.pooling.modes]
        embedding = parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
        if self.pooling.normalize:
            squares = torch.bmm(embedding.unsqueeze(0), embedding.view(1, -1, 1)).view(1, 1)
            embedding = embedding * torch.rsqrt(torch.clamp(squares, min=self.least_square))
        return embedding

    def _pool(self, mode: str, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        if mode == "cls":
            return hidden[0:1]
        if mode == "max":
            return (hidden + (mask.view(-1, 1) - 1.0) * 1e4).amax(dim=0, keepdim=True)
        total = torch.bmm(mask.unsqueeze(0), hidden.unsqueeze(0)).view(1, -1)
        tokens = torch.clamp(mask.sum(dim=1, keepdim=True), min=self.least_count)
        return total / (tokens if mode == "mean" else torch.sqrt(tokens))
