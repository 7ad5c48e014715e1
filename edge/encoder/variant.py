"""What differs between the encoder variants that backend families want, as data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class EncoderVariant:
    """How one backend family wants the same encoder written.

    Attributes
    ----------
    layer_norm
        ``native``: one layer norm operator. ``decomposed``: means over a 4-D view, which XNNPACK delegates; with it
        the whole stack of layers is one delegate instead of one for each layer norm.
    minimum_epsilon
        Layer norm epsilons below this are raised to it: float16 holds nothing smaller than 6e-8.
    """

    layer_norm: Literal["native", "decomposed"] = "native"
    minimum_epsilon: float = 0.0
