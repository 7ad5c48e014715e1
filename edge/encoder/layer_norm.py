"""Layer normalisation over the channels, in the form that the backend family wants."""

import torch
import torch.nn.functional as F
from torch import nn

from edge.encoder.variant import EncoderVariant


class LayerNorm(nn.Module):
    """Layer norm of each row of an (S, H) tensor.

    Parameters
    ----------
    weight, bias
        Shape (H,), float32.
    epsilon
        Added to the variance.
    variant
        Chooses the native operator or one of its decompositions.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, epsilon: float, variant: EncoderVariant) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
        self.bias = nn.Parameter(bias.detach().clone(), requires_grad=False)
        self.epsilon = max(epsilon, variant.minimum_epsilon)
        self.form = variant.layer_norm
        # Not an nn.Linear: quantization must leave the mean alone.
        self.mean_weight = (
            nn.Parameter(torch.full((1, len(weight)), 1.0 / len(weight)), requires_grad=False)
            if self.form == "products"
            else None
        )

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to (S, H)."""
        if self.form == "native":
            return F.layer_norm(hidden, self.weight.shape, self.weight, self.bias, self.epsilon)
        centred = hidden - self._mean(hidden)
        variance = self._mean(centred * centred)
        return centred * torch.rsqrt(variance + self.epsilon) * self.weight + self.bias

    def _mean(self, values: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to the mean of each row, (S, 1)."""
        if self.mean_weight is None:
            return values.mean(dim=-1, keepdim=True)
        return F.linear(values, self.mean_weight)
