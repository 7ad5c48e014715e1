"""Multi-head self-attention with grouped query, key and value layers."""

import math

import torch
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear


class SelfAttention(nn.Module):
    """Scaled dot-product attention over one sequence.

    Parameters
    ----------
    query, key, value
        (weight (H, H / groups, 1), bias (H,), groups) of each layer, float32.
    heads
        Attention heads; divides H.
    """

    def __init__(
        self,
        query: tuple[torch.Tensor, torch.Tensor, int],
        key: tuple[torch.Tensor, torch.Tensor, int],
        value: tuple[torch.Tensor, torch.Tensor, int],
        heads: int,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.head_size = query[0].shape[0] // heads
        # The scale of the scores is folded into the query layer: one operator less in each layer.
        scale = 1.0 / math.sqrt(self.head_size)
        self.query = GroupedLinear(query[0] * scale, query[1] * scale, query[2])
        self.key = GroupedLinear(*key)
        self.value = GroupedLinear(*value)

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows, channels = hidden.shape
        query = self.query(hidden).view(rows, self.heads, self.head_size).permute(1, 0, 2)
        key = self.key(hidden).view(rows, self.heads, self.head_size).permute(1, 2, 0)
        value = self.value(hidden).view(rows, self.heads, self.head_size).permute(1, 0, 2)
        # bmm, not matmul: matmul leaves expand nodes outside of XNNPACK's delegate.
        probabilities = torch.softmax(torch.bmm(query, key) + additive_mask, dim=-1)
        return torch.bmm(probabilities, value).permute(1, 0, 2).reshape(rows, channels)
