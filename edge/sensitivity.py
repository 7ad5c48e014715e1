"""How much each layer's int8 costs: the table that `inspect` shows and a mixed-precision search reads."""

from pathlib import Path

from edge.artifact import Strict


class TensorDamage(Strict):
    """SQNR of one tensor after rounding to int8, in decibels, over all calibration rows that were run."""

    input: float | None
    """None for embeddings, whose input are token ids."""
    weight: float
    output: float | None


class LayerSensitivity(Strict):
    """One layer in int8 and all others in float."""

    layer: str
    weights: int
    """Weights of the layer; each is multiplied once for each token."""
    tensors: TensorDamage
    sqnr_db: float
    """Of the model's outputs."""
    kl: float | None
    """Mean KL divergence of the outputs' probabilities from the float ones, in nats; None where they are no logits, or
    a single one."""
    is_float: bool
    """Whether the layer stays float in the artifact."""


class Trial(Strict):
    """One mixed-precision recipe that a search tried."""

    float_layers: list[str]
    float_weights: float
    """Share of the position-wise layers' weights that stay float."""
    drop: float
    """Points (hundredths of the metric) below fp32."""


class Search(Strict):
    """How `--max-drop` chose what stays float."""

    max_drop: float
    metric: str
    rows: int
    trials: list[Trial]


class Sensitivity(Strict):
    """quantization/<recipe>.json of a bundle."""

    recipe: str
    rows: int
    layers: list[LayerSensitivity]
    """Most damaging first."""
    search: Search | None


def write_sensitivity(path: Path, sensitivity: Sensitivity) -> None:
    """Write the table as JSON."""
    path.write_text(sensitivity.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_sensitivity(path: Path) -> Sensitivity:
    """Read the table that `write_sensitivity` wrote."""
    return Sensitivity.model_validate_json(path.read_text(encoding="utf-8"))
