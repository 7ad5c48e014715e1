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

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to (S, H)."""
        groups = len(self.intermediate.groups)
        if groups == 1 or groups != len(self.output.groups):
            return self.output(self.activation(self.intermediate(hidden)))
        # Equal groups make independent networks, so the wide tensor is never put together.
        parts = []
        for group in range(groups):
            wide = self.intermediate.groups[group](self.intermediate.group_input(hidden, group))
            parts.append(self.output.groups[group](self.activation(wide)))
        return torch.cat(parts, dim=-1)
