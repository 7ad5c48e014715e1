"""Symmetric int8 quantization of a weight matrix, one scale for each row."""

import torch

INT8_LIMIT = 127


def quantize_rows(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Quantize each row of `weight` to int8 with a scale of its own.

    The range is -127 to 127, so that zero is exact and negation is symmetric.

    Parameters
    ----------
    weight
        Shape (rows, columns), float32.

    Returns
    -------
    values
        Shape (rows, columns), int8.
    scales
        Shape (rows,), float32; ``values * scales`` is the weight, at most half a scale off.
    """
    # A row of zeros would have scale 0: any positive scale represents it.
    largest = weight.abs().amax(dim=1)
    scales = torch.where(largest > 0, largest, torch.ones_like(largest)) / INT8_LIMIT
    values = torch.round(weight / scales.unsqueeze(1)).clamp(-INT8_LIMIT, INT8_LIMIT).to(torch.int8)
    return values, scales
