"""Equalization: outlier channels made smaller in the activations and larger in the weights that read them.

SmoothQuant (arXiv 2211.10438, equation 4) for an encoder with a layer norm after each sum, grouped layers included. The
scale s of a channel is divided out where the channel is made and multiplied into the columns of the weights that read
it; the float result does not change. These tensors have such a place:

``embeddings.layer_norm``, ``layers.N.attention_norm``, ``layers.N.output_norm``
    A norm's output: s is folded into the norm's own weight and bias, into the columns of the layers that read it, and
    into the rows of the layer that it is added to. The sum of both is multiplied by s again before its norm, whose
    statistics need the true values. Thus the layer's output, where the largest outliers of BERT's residual are
    (arXiv 2109.12948), is evened out too.
``layers.N.attention.value``
    The context: attention only averages the values, so s goes into the rows of the value layer and the columns of the
    post-attention layer.
``layers.N.attention.key``
    The scores are sums of products of queries and keys, so what the keys are divided by multiplies the queries.

Queries, keys and values get scales with which their largest magnitudes are equal, since they share one range.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from edge.encoder import Encoder
from edge.encoder.attention import SelfAttention
from edge.encoder.encoder import EncoderLayer
from edge.encoder.grouped_linear import GroupedLinear
from edge.encoder.layer_norm import LayerNorm

PROJECTIONS = ("query", "key", "value")

# A channel that is never used must not get a scale that float32 cannot invert.
SMALLEST_MAGNITUDE = 1e-5


@dataclass(frozen=True)
class Channels:
    """One tensor whose channels are scaled.

    Attributes
    ----------
    name
        Of the module whose output it is.
    readers
        Layers whose input it is.
    added
        Layer whose output is added to it, or None.
    """

    name: str
    readers: tuple[GroupedLinear, ...]
    added: GroupedLinear | None


def equalized_channels(encoder: Encoder) -> Iterator[Channels]:
    """Yield each tensor of `encoder` that can be equalized."""
    for index, layer in enumerate(encoder.layers):
        assert isinstance(layer, EncoderLayer)
        before = "embeddings.layer_norm" if index == 0 else f"layers.{index - 1}.output_norm"
        attention = layer.attention
        assert isinstance(attention, SelfAttention)
        yield Channels(before, (attention.query, attention.key, attention.value), layer.post_attention)
        yield Channels(f"layers.{index}.attention.value", (layer.post_attention,), None)
        yield Channels(f"layers.{index}.attention_norm", (layer.feed_forward.intermediate,), layer.feed_forward.output)


def choose_scales(
    encoder: Encoder, magnitudes: Mapping[str, torch.Tensor], strength: float
) -> dict[str, tuple[float, ...]]:
    """Return the scale of each channel.

    Parameters
    ----------
    encoder
        Not equalized.
    magnitudes
        Largest absolute value of each channel during calibration, shape (channels,), by the name of the module whose
        output it is: those of `equalized_channels`, and their ``added`` layers.
    strength
        0 makes all columns of the weights equal, 1 all channels of the activations.
    """
    scales = {}
    names = {module: name for name, module in encoder.named_modules()}
    for channels in equalized_channels(encoder):
        magnitude = magnitudes[channels.name].clamp(min=SMALLEST_MAGNITUDE)
        if channels.added is not None:
            # Both terms of the sum get one scale: the one that the larger of the two, each over its own mean, asks for.
            added = magnitudes[names[channels.added]].clamp(min=SMALLEST_MAGNITUDE)
            magnitude = torch.maximum(magnitude / magnitude.mean(), added / added.mean())
        columns = torch.stack([column_magnitudes(reader) for reader in channels.readers]).amax(dim=0)
        scale = magnitude**strength / columns.clamp(min=SMALLEST_MAGNITUDE) ** (1 - strength)
        scales[channels.name] = tuple((scale / scale.log().mean().exp()).tolist())
    for name in attention_parts(encoder):
        query, key, value = (magnitudes[f"{name}.{part}"].clamp(min=SMALLEST_MAGNITUDE) for part in PROJECTIONS)
        scales[f"{name}.key"] = tuple((key / query).sqrt().tolist())
        even = torch.tensor(scales[f"{name}.value"])
        scales[f"{name}.value"] = tuple((even * (value / even).max() / (query * key).sqrt().max()).tolist())
    return scales


def attention_parts(encoder: Encoder) -> dict[str, SelfAttention]:
    """Return the attention of each layer by name."""
    return {name: module for name, module in encoder.named_modules() if isinstance(module, SelfAttention)}


def column_magnitudes(layer: GroupedLinear) -> torch.Tensor:
    """Return the largest absolute weight that reads each input channel, shape (in,)."""
    return torch.cat([group.weight.abs().amax(dim=0) for group in linears(layer)])


def equalize(encoder: Encoder, scales: Mapping[str, tuple[float, ...]]) -> None:
    """Fold `scales` into `encoder`, in place; its float outputs stay the same."""
    for channels, layer in zip(equalized_channels(encoder), _layers_of(encoder), strict=True):
        if channels.name not in scales:
            continue
        scale = torch.tensor(scales[channels.name])
        source = encoder.get_submodule(channels.name)
        if isinstance(source, GroupedLinear):
            divide_rows(source, scale)
        else:
            assert isinstance(source, LayerNorm)
            source.weight.div_(scale)
            source.bias.div_(scale)
        for reader in channels.readers:
            multiply_columns(reader, scale)
        if channels.added is not None:
            divide_rows(channels.added, scale)
            parameter = nn.Parameter(scale, requires_grad=False)
            if channels.added is layer.post_attention:
                layer.attention_scale = parameter
            else:
                layer.output_scale = parameter
    for name, attention in attention_parts(encoder).items():
        if f"{name}.key" in scales:
            scale = torch.tensor(scales[f"{name}.key"])
            divide_rows(attention.key, scale)
            divide_rows(attention.query, 1 / scale)


def divide_rows(layer: GroupedLinear, scale: torch.Tensor) -> None:
    """Divide the output channels of `layer` by `scale`, shape (out,)."""
    for group, part in zip(linears(layer), scale.chunk(len(layer.groups)), strict=True):
        group.weight.div_(part.unsqueeze(1))
        group.bias.div_(part)


def multiply_columns(layer: GroupedLinear, scale: torch.Tensor) -> None:
    """Multiply the weights that read each input channel of `layer` by `scale`, shape (in,)."""
    for group, part in zip(linears(layer), scale.chunk(len(layer.groups)), strict=True):
        group.weight.mul_(part)


def linears(layer: GroupedLinear) -> list[nn.Linear]:
    """Return the linear layers of the groups."""
    return [group for group in layer.groups if isinstance(group, nn.Linear)]


def _layers_of(encoder: Encoder) -> Iterator[EncoderLayer]:
    """Yield the layer that each of `equalized_channels` is read in."""
    for layer in encoder.layers:
        assert isinstance(layer, EncoderLayer)
        yield from (layer, layer, layer)
