"""What static quantization needs to know of one checkpoint: ranges of activations, and scales that even them out.

Made once by `quantize.calibration` and read by every converter, so that all formats and lengths round the same way.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

INT8_LOWEST, INT8_HIGHEST = -128, 127

# A range narrower than this has no scale in float32 that can be inverted.
SMALLEST_SPAN = 1e-12


@dataclass(frozen=True)
class Range:
    """Values that one int8 tensor carries; what lies outside is clipped.

    Attributes
    ----------
    low, high
        ``low <= 0 <= high``, so that zero is exact.
    """

    low: float
    high: float

    def scale_and_zero_point(self) -> tuple[float, int]:
        """Return the scale and the zero point, -128 to 127: value = (integer - zero point) * scale."""
        scale = max(self.high - self.low, SMALLEST_SPAN) / (INT8_HIGHEST - INT8_LOWEST)
        return scale, round(INT8_LOWEST - self.low / scale)

    def symmetric(self) -> "Range":
        """Return a range that holds this one and whose zero point is 0."""
        scale = max(-self.low / INT8_HIGHEST, self.high / INT8_HIGHEST, SMALLEST_SPAN)
        return Range(INT8_LOWEST * scale, INT8_HIGHEST * scale)


@dataclass(frozen=True)
class LinearRanges:
    """Ranges of one linear layer's input and output."""

    input: Range
    output: Range


@dataclass(frozen=True)
class ProductRanges:
    """Ranges of a product of two computed matrices; the zero point of `right` is 0."""

    left: Range
    right: Range
    output: Range


# Of attention's probabilities: 256 steps from 0 to 255/256.
PROBABILITIES = Range(0.0, 255 / 256)

# In tokens. A probability is 1/length on average, and should not be less than two of its steps: an even row of 512
# would be rounded to zeros.
LONGEST_INT8_CONTEXT = 128


@dataclass(frozen=True)
class StaticPlan:
    """How one checkpoint is quantized statically.

    Attributes
    ----------
    linears
        Ranges of each linear layer that is computed in int8, by its name in `edge.encoder.Encoder`, for example
        ``layers.0.attention.query.groups.2``. A linear layer that is not here stays float.
    equalization
        Scale of each channel by the name of what it divides (`quantize.equalization`), for example
        ``layers.0.attention_norm``.
    outliers
        Feed-forward neurons with layers of their own (`quantize.outliers`), for each group, by the name of the part,
        for example ``layers.0.feed_forward``.
    products
        Ranges of attention's products by name, for example ``layers.0.attention.products.scores``. Formats whose
        runtime has no int8 kernel for them leave them float.
    """

    linears: dict[str, LinearRanges]
    equalization: dict[str, tuple[float, ...]]
    outliers: dict[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    products: dict[str, ProductRanges] = field(default_factory=dict)

    def keep(self, linears: Collection[str]) -> "StaticPlan":
        """Return the plan with only `linears` in int8, and of the products those whose operands they make."""
        kept = {name: ranges for name, ranges in self.linears.items() if name in linears}
        dropped = self.linears.keys() - kept.keys()
        products = {
            name: ranges
            for name, ranges in self.products.items()
            if not any(layer.startswith(operand_layers(name)) for layer in dropped)
        }
        return replace(self, linears=kept, products=products)

    def for_length(self, sequence_length: int) -> "StaticPlan":
        """Return the plan without the products whose rounding `sequence_length` tokens do not stand."""
        if sequence_length <= LONGEST_INT8_CONTEXT:
            return self
        products = {name: ranges for name, ranges in self.products.items() if not name.endswith(".context")}
        return replace(self, products=products)

    def save(self, path: Path) -> None:
        """Write the plan to `path` as JSON; floats come back as they were."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def operand_layers(product: str) -> tuple[str, ...]:
    """Return how the names of the layers begin that make the operands of `product`."""
    attention, _, kind = product.rpartition(".products.")
    return tuple(f"{attention}.{layer}." for layer in {"scores": ("query", "key"), "context": ("value",)}[kind])


def load_plan(path: Path) -> StaticPlan:
    """Return the plan that `StaticPlan.save` wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return StaticPlan(
        linears={
            name: LinearRanges(Range(**ranges["input"]), Range(**ranges["output"]))
            for name, ranges in document["linears"].items()
        },
        equalization={name: tuple(scales) for name, scales in document["equalization"].items()},
        outliers={name: tuple(map(tuple, groups)) for name, groups in document["outliers"].items()},
        products={
            name: ProductRanges(**{side: Range(**carried) for side, carried in ranges.items()})
            for name, ranges in document["products"].items()
        },
    )
