"""How a reshape says the number of rows."""

import torch


def row_count(tensor: torch.Tensor, dimension: int = 0) -> int:
    """Return the extent of `dimension` for a reshape that keeps it, -1 while a dynamic length is traced.

    XNNPACK's partitioner takes a reshape with one inferred dimension into the delegate, and none with a symbol.
    """
    rows = tensor.shape[dimension]
    return -1 if isinstance(rows, torch.SymInt) else rows
