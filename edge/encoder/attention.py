"""Multi-head self-attention with grouped query, key and value layers."""

import math

import torch
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear
from edge.encoder.row_count import row_count

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
    separate = SelfAttention((query[0] * scale, query[1] * scale, query[2]), key, value, heads)
    return fuse(separate) if fused and can_fuse(separate) else separate


class MatrixProduct(nn.Module):
    """Product of two batches of matrices that are both computed: a module, so that its ranges can be observed."""

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Map (heads, n, k) and (heads, k, m) to (heads, n, m)."""
        # bmm, not matmul: matmul leaves expand nodes outside of XNNPACK's delegate.
        return torch.bmm(left, right)


class AttentionProducts(nn.Module):
    """From queries, keys and values to the context.

    Attributes
    ----------
    scores
        Product of queries and transposed keys.
    context
        Product of probabilities and values.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scores: nn.Module = MatrixProduct()
        self.context: nn.Module = MatrixProduct()

    def forward(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, additive_mask: torch.Tensor
    ) -> torch.Tensor:
        """Map (heads, S, d) of each, the query's values scaled, to the context, (S, heads * d)."""
        probabilities = torch.softmax(self.scores(query, key.transpose(1, 2)) + additive_mask, dim=-1)
        context: torch.Tensor = self.context(probabilities, value)
        rows = context.permute(1, 0, 2)
        # One of the two is inferred, and a dynamic length has to be (`row_count`).
        if isinstance(query.shape[1], torch.SymInt):
            return rows.reshape(-1, query.shape[0] * query.shape[2])
        return rows.reshape(query.shape[1], -1)


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
        self.products = AttentionProducts()

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows = row_count(hidden)
        query, key, value = (
            layer(hidden).view(rows, self.heads, self.head_size).permute(1, 0, 2)
            for layer in (self.query, self.key, self.value)
        )
        context: torch.Tensor = self.products(query, key, value, additive_mask)
        return context


class FusedSelfAttention(nn.Module):
    """The same with one linear layer for the queries, keys and values of a group's heads.

    With q, k and v of equal groups, group g of each holds the same whole heads.

    Parameters
    ----------
    projections
        Group g gives the queries of its heads, then the keys, then the values; the queries are scaled already.
    heads
        Attention heads; a multiple of the groups.
    """

    def __init__(self, projections: GroupedLinear, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.head_size = projections.group_channels * len(projections.groups) // heads
        self.projections = projections
        self.products = AttentionProducts()

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) and an additive mask (1, 1, S) to the context, (S, H)."""
        rows = row_count(hidden)
        groups = len(self.projections.groups)
        parts = [
            layer(self.projections.group_input(hidden, group)).view(rows, 3, self.heads // groups, self.head_size)
            for group, layer in enumerate(self.projections.groups)
        ]
        together = (parts[0] if groups == 1 else torch.cat(parts, dim=2)).permute(1, 2, 0, 3)
        # Slices, not indices: ExecuTorch leaves a selection outside of the delegate.
        query, key, value = (together[part : part + 1].reshape(self.heads, rows, self.head_size) for part in range(3))
        context: torch.Tensor = self.products(query, key, value, additive_mask)
        return context


def can_fuse(attention: SelfAttention) -> bool:
    """Return whether each group of the query, key and value layers makes the same whole heads."""
    groups = len(attention.query.groups)
    return groups == len(attention.key.groups) == len(attention.value.groups) and attention.heads % groups == 0


def fuse(attention: SelfAttention) -> FusedSelfAttention:
    """Return `attention`, of which `can_fuse` holds, with one linear layer for each group."""
    layers = (attention.query, attention.key, attention.value)
    parts = [part for group in zip(*(layer.groups for layer in layers), strict=True) for part in group]
    weight = torch.cat([part.weight for part in parts]).unsqueeze(-1)
    bias = torch.cat([part.bias for part in parts])
    return FusedSelfAttention(GroupedLinear(weight, bias, len(attention.query.groups)), attention.heads)
