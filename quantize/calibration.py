"""Calibration: run texts through the float encoder and choose the ranges of its activations."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatch

import torch
from torch import nn

from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.grouped_linear import GroupedLinear
from edge.encoder.layer_norm import LayerNorm
from edge.examples import Example
from quantize.equalization import attention_parts, choose_scales, equalize
from quantize.histogram import Histogram
from quantize.observer import OBSERVERS
from quantize.outliers import choose_outliers, split_outliers
from quantize.recipe import StaticOptions
from quantize.shared_range import read_tensor, written_tensor
from quantize.static_plan import PROBABILITIES, LinearRanges, ProductRanges, Range, StaticPlan


def calibrate(checkpoint: Checkpoint, options: StaticOptions, examples: Sequence[Example]) -> StaticPlan:
    """Choose how `checkpoint` is quantized.

    The examples run without padding: what padding computes is never read, and must not widen a range.

    Parameters
    ----------
    options
        The recipe's.
    examples
        Texts like those the model will meet, tokenized; the longest sets the length.
    """
    encoder = Encoder(checkpoint, max(len(example.input_ids) for example in examples), EncoderVariant())
    magnitudes = _channel_magnitudes(encoder, examples)
    equalization = choose_scales(encoder, magnitudes, options.equalization) if options.equalization else {}
    outliers = choose_outliers(encoder, magnitudes, options.outliers)
    fold_plan(encoder, StaticPlan({}, equalization, outliers))
    histograms = _histograms(encoder, examples)
    inputs = {name: OBSERVERS[options.input_observer](histogram) for name, histogram in histograms.read.items()}
    outputs = {name: OBSERVERS[options.output_observer](histogram) for name, histogram in histograms.written.items()}
    for name in attention_parts(encoder):
        outputs[f"{name}.projections"] = outputs[f"{name}.projections"].symmetric()
    linears = {
        name: LinearRanges(inputs[read_tensor(name)], outputs[written_tensor(name)]) for name in linear_names(encoder)
    }
    plan = StaticPlan(linears, equalization, outliers, _product_ranges(encoder, inputs, outputs))
    return plan.keep({name for name in plan.linears if not any(fnmatch(name, each) for each in options.keep_float)})


def _product_ranges(
    encoder: Encoder, inputs: Mapping[str, Range], outputs: Mapping[str, Range]
) -> dict[str, ProductRanges]:
    ranges = {}
    for name in attention_parts(encoder):
        projections, context = outputs[f"{name}.projections"], inputs[f"{name.removesuffix('attention')}post_attention"]
        scores = outputs[f"{name}.products.scores"]
        ranges[f"{name}.products.scores"] = ProductRanges(projections, projections, scores)
        ranges[f"{name}.products.context"] = ProductRanges(PROBABILITIES, projections, context)
    return ranges


def prepared_encoder(
    checkpoint: Checkpoint, sequence_length: int, variant: EncoderVariant, plan: StaticPlan
) -> Encoder:
    """Return the float encoder with the plan's equalization and outlier neurons folded in.

    Its query, key and value layers are separate, as the plan names them (`quantize.fused_projections`).
    """
    encoder = Encoder(checkpoint, sequence_length, replace(variant, fused_projections=False))
    fold_plan(encoder, plan)
    return encoder


def fold_plan(encoder: Encoder, plan: StaticPlan) -> None:
    """Make the float `encoder`, in place, the one that the plan's ranges belong to; its outputs stay the same."""
    equalize(encoder, plan.equalization)
    split_outliers(encoder, plan.outliers)


def run_examples(encoder: Encoder, examples: Sequence[Example]) -> list[tuple[torch.Tensor, ...]]:
    """Return the encoder's outputs for each example, run without padding."""
    outputs = []
    position = encoder.embeddings.position
    with torch.inference_mode():
        for example in examples:
            length = len(example.input_ids)
            columns = {
                "input_ids": example.input_ids,
                "attention_mask": (1,) * length,
                "token_type_ids": example.token_type_ids,
            }
            inputs = [torch.tensor([columns[name]], dtype=torch.int32) for name in encoder.input_names]
            # The encoder's length is that of its positions.
            encoder.embeddings.position = nn.Parameter(position[:length], requires_grad=False)
            try:
                outputs.append(encoder(*inputs))
            finally:
                encoder.embeddings.position = position
    return outputs


def _channel_magnitudes(encoder: Encoder, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Return the largest absolute value of each channel of every linear layer's, grouped layer's and norm's output."""
    magnitudes: dict[str, torch.Tensor] = {}

    def observe(name: str, inputs: torch.Tensor, output: torch.Tensor) -> None:
        largest = output.abs().amax(dim=0)
        magnitudes[name] = torch.maximum(magnitudes.get(name, largest), largest)

    observed = {name: module for name, module in encoder.named_modules() if isinstance(module, nn.Linear | LayerNorm)}
    with _observed(observed, observe):
        run_examples(encoder, examples)
    for name, module in encoder.named_modules():
        if isinstance(module, GroupedLinear):
            magnitudes[name] = torch.cat([magnitudes[f"{name}.groups.{i}"] for i in range(len(module.groups))])
    return magnitudes


def linear_names(encoder: Encoder) -> list[str]:
    """Return the names of all linear layers."""
    return [name for name, module in encoder.named_modules() if isinstance(module, nn.Linear)]


@dataclass(frozen=True)
class _Histograms:
    """Histograms by the name of the tensor: `read_tensor` of linear layers, `written_tensor` and attention's scores."""

    read: dict[str, Histogram]
    written: dict[str, Histogram]


def _histograms(encoder: Encoder, examples: Sequence[Example]) -> _Histograms:
    found = _Histograms(defaultdict(Histogram), defaultdict(Histogram))

    def observe(name: str, inputs: torch.Tensor, output: torch.Tensor) -> None:
        if not name.endswith(".scores"):
            found.read[read_tensor(name)].add(inputs)
        found.written[written_tensor(name)].add(output)

    names = [*linear_names(encoder), *(f"{name}.products.scores" for name in attention_parts(encoder))]
    with _observed({name: encoder.get_submodule(name) for name in names}, observe):
        run_examples(encoder, examples)
    return found


@contextmanager
def _observed(
    modules: Mapping[str, nn.Module], observe: Callable[[str, torch.Tensor, torch.Tensor], None]
) -> Iterator[None]:
    """Call `observe` with name, first input and output after each run of each of `modules`."""

    def hook_of(name: str) -> Callable[[nn.Module, tuple[torch.Tensor, ...], torch.Tensor], None]:
        return lambda module, inputs, output: observe(name, inputs[0], output)

    handles = [module.register_forward_hook(hook_of(name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
