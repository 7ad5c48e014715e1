"""What differs between the encoder variants that backend families want, as data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class EncoderVariant:
    """How one backend family wants the same encoder written.

    Attributes
    ----------
    layer_norm
        ``native``: one layer norm operator. ``means``: its steps, with means over the last dimension. ``products``:
        its steps, with each mean as a product by a column of 1/H: ExecuTorch's XNNPACK delegate takes a mean over
        images only, and transposes them for it.
    fused_projections
        Whether the query, key and value layers of a group are one linear layer, where their groups are whole heads.
        Their common input is then read, and in int8-dynamic quantized, once instead of three times.
    minimum_epsilon
        Layer norm epsilons below this are raised to it: float16 holds nothing smaller than 6e-8.
    """

    layer_norm: Literal["native", "means", "products"] = "native"
    fused_projections: bool = False
    minimum_epsilon: float = 0.0
