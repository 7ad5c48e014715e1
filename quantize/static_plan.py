"""What static quantization needs to know of one checkpoint: ranges of activations, and scales that even them out.

Made once by `quantize.calibration` and read by every converter, so that all formats and lengths round the same way.
"""

import json
from dataclasses import asdict, dataclass, field
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


@dataclass(frozen=True)
class LinearRanges:
    """Ranges of one linear layer's input and output."""

    input: Range
    output: Range


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
    """

    linears: dict[str, LinearRanges]
    equalization: dict[str, tuple[float, ...]]
    outliers: dict[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the plan to `path` as JSON; floats come back as they were."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


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
    )
