"""Sensitivity: what each layer's int8 costs when it alone is quantized."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from edge.encoder import Encoder
from edge.encoder.grouped_linear import GroupedLinear
from edge.examples import Example
from edge.parity import SQNR_LIMIT
from edge.sensitivity import LayerSensitivity, TensorDamage
from edge.tasks import Task
from quantize.calibration import run_examples
from quantize.embedding import QuantizedEmbedding
from quantize.static_linear import StaticLinear, rounded
from quantize.static_plan import StaticPlan
from quantize.weights import quantize_rows

WORD_EMBEDDINGS = "embeddings.word"


class Noise:
    """Energy of a signal and of its error, added up over examples."""

    def __init__(self) -> None:
        self.signal = 0.0
        self.error = 0.0

    def add(self, exact: torch.Tensor, found: torch.Tensor) -> None:
        """Count one tensor."""
        self.signal += float(exact.double().square().sum())
        self.error += float((exact.double() - found.double()).square().sum())

    def decibels(self) -> float:
        """Return the SQNR."""
        if self.error == 0:
            return SQNR_LIMIT
        return round(10 * float(torch.log10(torch.tensor(max(self.signal, 1e-30) / self.error))), 2)


def layers_of_plan(encoder: Encoder, plan: StaticPlan) -> dict[str, list[str]]:
    """Return the linear layers of each layer that is quantized or not as one: all groups of a grouped layer.

    Parameters
    ----------
    encoder
        With the plan folded in (`quantize.calibration.fold_plan`).

    Returns
    -------
    dict
        Names in the plan by the layer's name, for example ``layers.0.attention.query``. The outlier neurons of a
        feed-forward part belong to ``layers.0.feed_forward.outliers``.
    """
    layers: dict[str, list[str]] = {}
    grouped = [name for name, module in encoder.named_modules() if isinstance(module, GroupedLinear)]
    grouped += [name for name, _ in encoder.named_modules() if name.endswith(".outliers")]
    for linear in plan.linears:
        owner = next((name for name in grouped if linear.startswith(f"{name}.")), linear)
        layers.setdefault(owner, []).append(linear)
    return layers


def measure_sensitivity(
    encoder: Encoder, plan: StaticPlan, task: Task, examples: Sequence[Example]
) -> list[LayerSensitivity]:
    """Quantize one layer at a time and compare the model's outputs with the float ones.

    Parameters
    ----------
    encoder
        Float, with the plan folded in; the same afterwards.
    examples
        Run without padding; every layer runs all of them.

    Returns
    -------
    list
        Most damaging first.
    """
    exact = run_examples(encoder, examples)
    table = []
    for layer, linears in layers_of_plan(encoder, plan).items():
        with _quantized(encoder, plan, linears) as damage:
            found = run_examples(encoder, examples)
        weights = sum(_linear(encoder, name).weight.numel() for name in linears)
        table.append(_row(layer, weights, damage, exact, found, task))
    words = encoder.embeddings.word
    try:
        encoder.embeddings.word = QuantizedEmbedding(words.weight)
        found = run_examples(encoder, examples)
    finally:
        encoder.embeddings.word = words
    stored = Noise()
    values, scales = quantize_rows(words.weight)
    stored.add(words.weight, values * scales.unsqueeze(1))
    damage = {"weight": stored}
    table.append(_row(WORD_EMBEDDINGS, words.weight.numel(), damage, exact, found, task))
    return sorted(table, key=lambda row: row.sqnr_db)


class _Measured(nn.Module):
    """A static linear layer that also measures what each of its three roundings costs."""

    def __init__(self, layer: nn.Linear, static: StaticLinear, damage: dict[str, Noise]) -> None:
        super().__init__()
        self.layer = layer
        self.static = static
        self.damage = damage
        damage["weight"].add(layer.weight, static.values * static.scales.unsqueeze(1))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.static(hidden)
        exact = self.layer(hidden)
        self.damage["input"].add(hidden, rounded(hidden, self.static.ranges.input))
        self.damage["output"].add(exact, rounded(exact, self.static.ranges.output))
        return result


@contextmanager
def _quantized(encoder: Encoder, plan: StaticPlan, linears: Sequence[str]) -> Iterator[dict[str, Noise]]:
    """Have `linears` static inside of the context; gives the damage of their tensors."""
    damage = {name: Noise() for name in ("input", "weight", "output")}
    layers = {name: _linear(encoder, name) for name in linears}
    try:
        for name, layer in layers.items():
            encoder.set_submodule(name, _Measured(layer, StaticLinear(layer, plan.linears[name]), damage))
        yield damage
    finally:
        for name, layer in layers.items():
            encoder.set_submodule(name, layer)


def _linear(encoder: Encoder, name: str) -> nn.Linear:
    layer = encoder.get_submodule(name)
    assert isinstance(layer, nn.Linear)
    return layer


def _row(
    layer: str,
    weights: int,
    damage: dict[str, Noise],
    exact: Sequence[tuple[torch.Tensor, ...]],
    found: Sequence[tuple[torch.Tensor, ...]],
    task: Task,
) -> LayerSensitivity:
    outputs, divergences = Noise(), []
    for wanted, got in zip(exact, found, strict=True):
        for a, b in zip(wanted, got, strict=True):
            outputs.add(a, b)
            logs = torch.log_softmax(a.double(), dim=-1)
            divergence = (logs.exp() * (logs - torch.log_softmax(b.double(), dim=-1))).sum(dim=-1)
            divergences.append(float(divergence.mean()))
    # Vectors are no logits, and one number alone has no probability to lose.
    has_logits = task.name != "feature-extraction" and exact[0][0].shape[-1] > 1
    return LayerSensitivity(
        layer=layer,
        weights=weights,
        tensors=TensorDamage(
            input=damage["input"].decibels() if "input" in damage else None,
            weight=damage["weight"].decibels(),
            output=damage["output"].decibels() if "output" in damage else None,
        ),
        sqnr_db=outputs.decibels(),
        kl=max(sum(divergences) / len(divergences), 0.0) if has_logits else None,
        is_float=False,
    )
