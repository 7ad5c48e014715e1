"""Multi-head self-attention with grouped query, key and value layers."""

import math

import torch
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear, linear

# Weight (H, H / groups, 1), bias (H,) and groups of a convolution.
Convolution = tuple[torch.Tensor, torch.Tensor, int]


def attention_part(
    query: Convolution, key: Convolution, value: Convolution, heads: int, fused: bool
) -> "SelfAttention | FusedSelfAttention":
    """Return the attention of one layer.

    Parameters
    ----------
    query, key, value
        Of each layer, float32.
    heads
        Attention heads; divides H.
    fused
        Whether to take `FusedSelfAttention` if the groups allow it.
    """
    # The scale of the scores is folded into the query layer: one operator less in each layer.
    scale = 1.0 / math.sqrt(query[0].shape[0] // heads)
    scaled = query[0] * scale, query[1] * scale, query[2]
    groups = query[2]
    # With one head in a group the products are plain matrix products, for which converters choose linear layers with a
    # computed weight: no backend accelerates those.
    if fused and groups == key[2] == value[2] and heads % groups == 0 and heads > groups:
        return FusedSelfAttention(scaled, key, value, heads)
    return SelfAttention(scaled, key, value, heads)


class SelfAttention(nn.Module):
    """Scaled dot-product attention over one sequence.

    Parameters
    ----------
    query, key, value
        The layers; the query's values are scaled already.
    heads
        Attention heads; divides H.
    """

    def __init__(self, query: Convolution, key: Convolution, value: Convolution, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.head_size = query[0].shape[0] // heads
        self.query = GroupedLinear(*query)
        self.key = GroupedLinear(*key)
        self.value = GroupedLinear(*value)

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows, channels = hidden.shape
        query, key, value = (
            layer(hidden).view(rows, self.heads, self.head_size).permute(1, 0, 2)
            for layer in (self.query, self.key, self.value)
        )
        return _attend(query, key, value, additive_mask).permute(1, 0, 2).reshape(rows, channels)


class FusedSelfAttention(nn.Module):
    """The same with one linear layer for the queries, keys and values of a group's heads.

    With q, k and v of equal groups, group g of each holds the same whole heads: the groups are independent up to the
    context.

    Parameters
    ----------
    query, key, value
        The layers, of equal groups with two heads or more each; the query's values are scaled already.
    heads
        Attention heads; divides H.
    """

    def __init__(self, query: Convolution, key: Convolution, value: Convolution, heads: int) -> None:
        super().__init__()
        groups = query[2]
        self.group_heads = heads // groups
        self.head_size = query[0].shape[0] // heads
        self.group_channels = query[0].shape[1]
        weights = [layer[0].squeeze(-1).chunk(groups) for layer in (query, key, value)]
        biases = [layer[1].chunk(groups) for layer in (query, key, value)]
        self.projections = nn.ModuleList(
            linear(torch.cat(weight), torch.cat(bias))
            for weight, bias in zip(zip(*weights, strict=True), zip(*biases, strict=True), strict=True)
        )

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows, channels = hidden.shape
        contexts = []
        for group, projection in enumerate(self.projections):
            start = group * self.group_channels
            narrow = hidden if len(self.projections) == 1 else hidden[:, start : start + self.group_channels]
            stacked = projection(narrow).view(rows, 3 * self.group_heads, self.head_size).permute(1, 0, 2)
            query, key, value = (stacked[part * self.group_heads : (part + 1) * self.group_heads] for part in range(3))
            contexts.append(_attend(query, key, value, additive_mask))
        context = contexts[0] if len(contexts) == 1 else torch.cat(contexts, dim=0)
        return context.permute(1, 0, 2).reshape(rows, channels)


def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
    """Map (heads, S, d) of each to the context, (heads, S, d)."""
    # bmm, not matmul: matmul leaves expand nodes outside of XNNPACK's delegate.
    probabilities = torch.softmax(torch.bmm(query, key.transpose(1, 2)) + additive_mask, dim=-1)
    return torch.bmm(probabilities, value)
