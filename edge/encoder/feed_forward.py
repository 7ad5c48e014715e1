"""The feed-forward part of a layer: intermediate and output layers around an activation."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from edge.encoder.grouped_linear import GroupedLinear

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "gelu": F.gelu,
    "gelu_pytorch_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "relu": F.relu,
}


class FeedForward(nn.Module):
    """Two position-wise layers with an activation between them.

    Parameters
    ----------
    intermediate, output
        (weight, bias, groups) of each layer; weights (F, H / groups, 1) and (H, F / groups, 1), float32.
    hidden_act
        A key of `ACTIVATIONS`.
    """

    def __init__(
        self,
        intermediate: tuple[torch.Tensor, torch.Tensor, int],
        output: tuple[torch.Tensor, torch.Tensor, int],
        hidden_act: str,
    ) -> None:
        super().__init__()
        self.intermediate = GroupedLinear(*intermediate)
        self.output = GroupedLinear(*output)
        self.activation = ACTIVATIONS[hidden_act]
        # Set by quantize.outliers: the neurons that were taken out of the groups.
        self.outliers: OutlierNeurons | None = None

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to (S, H)."""
        groups = len(self.intermediate.groups)
        if groups != len(self.output.groups):
            return self.output(self.activation(self.intermediate(hidden)))
        # Equal groups make independent networks, so the wide tensor is never put together.
        parts = []
        for group in range(groups):
            narrow = self.intermediate.group_input(hidden, group)
            parts.append(self.output.groups[group](self.activation(self.intermediate.groups[group](narrow))))
        result = parts[0] if groups == 1 else torch.cat(parts, dim=-1)
        return result if self.outliers is None else result + self.outliers(hidden)


class OutlierNeurons(nn.Module):
    """Some of the neurons of all groups, in one pair of dense layers of their own.

    Parameters
    ----------
    intermediate, output
        From all H channels to the neurons and back; zeros stand where a neuron does not belong to a channel's group.
    activation
        Between the two.
    """

    def __init__(
        self, intermediate: nn.Linear, output: nn.Linear, activation: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        super().__init__()
        self.intermediate = intermediate
        self.output = output
        self.activation = activation

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to these neurons' share of the part's output, (S, H)."""
        result: torch.Tensor = self.output(self.activation(self.intermediate(hidden)))
        return result
