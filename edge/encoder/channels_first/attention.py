"""Self-attention over (1, C, 1, S), one head at a time."""

import torch
from torch import nn

from edge.encoder.attention import SelfAttention
from edge.encoder.channels_first.convolution import convolution


class ChannelsFirstAttention(nn.Module):
    """Scaled dot-product attention whose heads are chunks of the channel axis.

    Small chunks stay in the accelerator's cache, and products written over the channel axis need one transpose, of
    the keys. Softmax runs over the channel axis, where the keys' positions lie.

    Parameters
    ----------
    attention
        Of rows; the query's values are scaled already.
    """

    def __init__(self, attention: SelfAttention) -> None:
        super().__init__()
        self.head_size = attention.head_size
        self.query = convolution(attention.query)
        self.key = convolution(attention.key)
        self.value = convolution(attention.value)

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (1, C, 1, S) and an additive mask (1, S, 1, 1) to the context, (1, C, 1, S)."""
        queries = self.query(hidden).split(self.head_size, dim=1)
        keys = self.key(hidden).transpose(1, 3).split(self.head_size, dim=3)
        values = self.value(hidden).split(self.head_size, dim=1)
        contexts = []
        for query, key, value in zip(queries, keys, values, strict=True):
            scores = torch.einsum("bchq,bkhc->bkhq", query, key) + additive_mask
            contexts.append(torch.einsum("bkhq,bchk->bchq", torch.softmax(scores, dim=1), value))
        return torch.cat(contexts, dim=1)
