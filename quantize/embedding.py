"""A lookup table in int8, one scale for each row."""

import torch
import torch.nn.functional as F
from torch import nn

from quantize.weights import quantize_rows


class QuantizedEmbedding(nn.Module):
    """Embedding whose table is int8; only the rows looked up are turned into float32.

    It is written with ordinary operators (two lookups, a cast, a product), so it needs no quantized kernel library
    in the app.

    Parameters
    ----------
    weight
        Shape (rows, H), float32.
    """

    values: torch.Tensor
    scales: torch.Tensor

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        values, scales = quantize_rows(weight)
        self.register_buffer("values", values)
        self.register_buffer("scales", scales.unsqueeze(1))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Map int32 ids (1, S) to float32 (1, S, H)."""
        return F.embedding(ids, self.values).to(torch.float32) * F.embedding(ids, self.scales)


class DelegatedEmbedding(QuantizedEmbedding):
    """The same, with the cast written as a dequantize operator of scale 1.

    XNNPACK's partitioner takes that into the delegate; a cast stays outside, in a kernel ten times slower.
    """

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Map int32 ids (1, S) to float32 (1, S, H)."""
        # Importing this module registers the quantized_decomposed operators.
        import torch.ao.quantization.fx._decomposed

        unscaled: torch.Tensor = torch.ops.quantized_decomposed.dequantize_per_tensor(
            F.embedding(ids, self.values), 1.0, 0, -128, 127, torch.int8
        )
        return unscaled * F.embedding(ids, self.scales)


def quantize_embeddings(model: nn.Module, form: type[QuantizedEmbedding] = QuantizedEmbedding) -> None:
    """Replace every embedding inside `model` by its int8 `form`, in place."""
    for name, child in model.named_children():
        if isinstance(child, nn.Embedding):
            setattr(model, name, form(child.weight))
        else:
            quantize_embeddings(child, form)
