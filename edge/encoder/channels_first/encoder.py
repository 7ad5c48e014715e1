"""The whole encoder over (1, C, 1, S), made from the one over rows."""

import torch
from torch import nn

from edge.encoder.attention import SelfAttention
from edge.encoder.channels_first.attention import ChannelsFirstAttention
from edge.encoder.channels_first.convolution import convolution
from edge.encoder.channels_first.heads import HEADS
from edge.encoder.channels_first.layer_norm import ChannelsFirstLayerNorm
from edge.encoder.embeddings import Embeddings
from edge.encoder.encoder import MASK_CONSTANT, Encoder, EncoderLayer
from edge.encoder.feed_forward import FeedForward, OutlierNeurons
from edge.encoder.grouped_linear import GroupedLinear
from edge.encoder.heads import Outputs


class ChannelsFirstEmbeddings(nn.Module):
    """Lookup and sum over rows, then the one change of layout; everything after it has four axes.

    Parameters
    ----------
    embeddings
        Of rows.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        super().__init__()
        self.word = embeddings.word
        self.position = embeddings.position
        self.token_type_difference = embeddings.token_type_difference
        self.layer_norm = ChannelsFirstLayerNorm(embeddings.layer_norm)

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor | None) -> torch.Tensor:
        """Map int32 ids (1, S) to float32 (1, H, 1, S)."""
        hidden = self.word(input_ids) + self.position
        if self.token_type_difference is not None and token_type_ids is not None:
            hidden = hidden + token_type_ids.unsqueeze(2).to(hidden.dtype) * self.token_type_difference
        normed: torch.Tensor = self.layer_norm(hidden.permute(0, 2, 1).unsqueeze(2))
        return normed


class ChannelsFirstFeedForward(nn.Module):
    """Two convolutions with an activation between them, and outlier neurons beside them.

    Parameters
    ----------
    part
        Of rows.
    """

    def __init__(self, part: FeedForward | OutlierNeurons) -> None:
        super().__init__()
        self.intermediate = convolution(part.intermediate)
        self.output = convolution(part.output)
        self.activation = part.activation
        outliers = part.outliers if isinstance(part, FeedForward) else None
        self.outliers = None if outliers is None else ChannelsFirstFeedForward(outliers)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (1, H, 1, S) to (1, H, 1, S)."""
        result: torch.Tensor = self.output(self.activation(self.intermediate(hidden)))
        return result if self.outliers is None else result + self.outliers(hidden)


class ChannelsFirstLayer(nn.Module):
    """One layer.

    Parameters
    ----------
    layer
        Of rows.
    """

    def __init__(self, layer: EncoderLayer) -> None:
        super().__init__()
        assert isinstance(layer.attention, SelfAttention)
        self.attention = ChannelsFirstAttention(layer.attention)
        self.post_attention = convolution(layer.post_attention)
        self.attention_norm = ChannelsFirstLayerNorm(layer.attention_norm)
        self.feed_forward = ChannelsFirstFeedForward(layer.feed_forward)
        self.output_norm = ChannelsFirstLayerNorm(layer.output_norm)
        self.attention_scale = _over_channels(layer.attention_scale)
        self.output_scale = _over_channels(layer.output_scale)

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (1, H, 1, S) to (1, H, 1, S)."""
        total = self.post_attention(self.attention(hidden, additive_mask)) + hidden
        hidden = self.attention_norm(total if self.attention_scale is None else total * self.attention_scale)
        total = self.feed_forward(hidden) + hidden
        result: torch.Tensor = self.output_norm(total if self.output_scale is None else total * self.output_scale)
        return result


class ChannelsFirstEncoder(nn.Module):
    """An encoder that computes what `encoder` does; inputs, outputs and module names are the same.

    A grouped layer is one module, where `encoder` has one for each group: ``layers.0.attention.query`` in place of
    ``layers.0.attention.query.groups.0`` and so on (`convolution_names`).

    Parameters
    ----------
    encoder
        Over rows, with separate query, key and value layers; equalization and outlier neurons are taken over.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.sequence_length = encoder.sequence_length
        self.input_names = encoder.input_names
        self.output_names = encoder.output_names
        self.embeddings = ChannelsFirstEmbeddings(encoder.embeddings)
        self.layers = nn.ModuleList(
            ChannelsFirstLayer(layer) for layer in encoder.layers if isinstance(layer, EncoderLayer)
        )
        self.head = HEADS[type(encoder.head)](encoder.head)
        self.eval()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> Outputs:
        """Return the task's outputs for one example."""
        hidden = self.embeddings(input_ids, token_type_ids)
        additive_mask = (1.0 - attention_mask.to(hidden.dtype).view(1, -1, 1, 1)) * MASK_CONSTANT
        for layer in self.layers:
            hidden = layer(hidden, additive_mask)
        outputs: Outputs = self.head(hidden, attention_mask)
        return outputs

    def example_inputs(self) -> tuple[torch.Tensor, ...]:
        """Return int32 inputs (1, S) for tracing."""
        ones = torch.ones(1, self.sequence_length, dtype=torch.int32)
        return tuple(ones.clone() for _ in self.input_names)


def convolution_names(encoder: Encoder) -> dict[str, tuple[str, ...]]:
    """Return the name of each convolution of `ChannelsFirstEncoder` with those of the linear layers that it joins."""
    names = {
        name: tuple(f"{name}.groups.{index}" for index in range(len(module.groups)))
        for name, module in encoder.named_modules()
        if isinstance(module, GroupedLinear)
    }
    joined = {part for parts in names.values() for part in parts}
    alone = (name for name, module in encoder.named_modules() if isinstance(module, nn.Linear) and name not in joined)
    return {**names, **{name: (name,) for name in alone}}


def _over_channels(scale: nn.Parameter | None) -> nn.Parameter | None:
    """Map (H,) to (1, H, 1, 1)."""
    return None if scale is None else nn.Parameter(scale.detach().view(1, -1, 1, 1).clone(), requires_grad=False)
