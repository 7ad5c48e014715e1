"""Multi-head self-attention with grouped query, key and value layers."""

import math

import torch
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear

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
    if fused and groups == key[2] == value[2] and heads % groups == 0:
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

    With q, k and v of equal groups, group g of each holds the same whole heads.

    Parameters
    ----------
    query, key, value
        The layers, of equal groups that divide `heads`; the query's values are scaled already.
    heads
        Attention heads; divides H.
    """

    def __init__(self, query: Convolution, key: Convolution, value: Convolution, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.head_size = query[0].shape[0] // heads
        self.projections = GroupedLinear(*_stacked((query, key, value)))

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows, channels = hidden.shape
        groups = len(self.projections.groups)
        parts = [
            layer(self.projections.group_input(hidden, group)).view(rows, 3, self.heads // groups, self.head_size)
            for group, layer in enumerate(self.projections.groups)
        ]
        together = (parts[0] if groups == 1 else torch.cat(parts, dim=2)).permute(1, 2, 0, 3)
        # Slices, not indices: ExecuTorch leaves a selection outside of the delegate.
        query, key, value = (together[part : part + 1].reshape(self.heads, rows, self.head_size) for part in range(3))
        return _attend(query, key, value, additive_mask).permute(1, 0, 2).reshape(rows, channels)


def _stacked(layers: tuple[Convolution, ...]) -> Convolution:
    """Return one convolution whose group g has the outputs of group g of each of `layers`, one after the other."""
    groups = layers[0][2]
    weights = [torch.cat(parts) for parts in zip(*(weight.chunk(groups) for weight, _, _ in layers), strict=True)]
    biases = [torch.cat(parts) for parts in zip(*(bias.chunk(groups) for _, bias, _ in layers), strict=True)]
    return torch.cat(weights), torch.cat(biases), groups


def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
    """Map (heads, S, d) of each to the context, (heads, S, d)."""
    # bmm, not matmul: matmul leaves expand nodes outside of XNNPACK's delegate.
    probabilities = torch.softmax(torch.bmm(query, key.transpose(1, 2)) + additive_mask, dim=-1)
    return torch.bmm(probabilities, value)
