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
    # A row of zeros, or of values too small for a scale in float32, becomes zeros: any positive scale represents it.
    scales = weight.abs().amax(dim=1) / INT8_LIMIT
    scales = torch.where(scales >= torch.finfo(torch.float32).tiny, scales, torch.ones_like(scales))
    values = torch.round(weight / scales.unsqueeze(1)).clamp(-INT8_LIMIT, INT8_LIMIT).to(torch.int8)
    return values, scales
