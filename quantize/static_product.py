"""Attention's products with fixed int8 ranges, as runtimes that have int8 kernels for them round."""

import torch
from torch import nn

from edge.encoder import Encoder
from quantize.static_linear import rounded
from quantize.static_plan import ProductRanges, StaticPlan


class StaticProduct(nn.Module):
    """Product of two batches of computed matrices: both operands and the result are int8 with calibrated ranges."""

    def __init__(self, ranges: ProductRanges) -> None:
        super().__init__()
        self.ranges = ranges

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Map (heads, n, k) and (heads, k, m) to (heads, n, m), float32."""
        ranges = self.ranges
        return rounded(torch.bmm(rounded(left, ranges.left), rounded(right, ranges.right)), ranges.output)


def quantize_products(encoder: Encoder, plan: StaticPlan) -> None:
    """Replace attention's products that `plan` names, in place."""
    for name, ranges in plan.products.items():
        encoder.set_submodule(name, StaticProduct(ranges))
