"""The search for the cheapest mixed precision that keeps the task's metric: `build --max-drop`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from edge.errors import GateError
from edge.sensitivity import LayerSensitivity, Search, Trial

if TYPE_CHECKING:
    from quantize import StaticPlan

# Maps a plan to the metric of the model that is quantized by it, at most 1.
Measure = Callable[["StaticPlan"], float]


def search_precision(
    plan: "StaticPlan",
    layers: dict[str, list[str]],
    table: Sequence[LayerSensitivity],
    measure: Measure,
    reference: float,
    max_drop: float,
) -> tuple["StaticPlan", list[Trial]]:
    """Choose which layers stay float.

    Layers are taken in the order of the noise that they add to the outputs for each weight, since a float weight costs
    four times the memory and the work of an int8 one; the shortest such list that keeps the metric is found by
    bisection.

    Parameters
    ----------
    plan
        All layers in int8.
    layers
        Names in the plan by layer (`quantize.sensitivity.layers_of_plan`).
    table
        Sensitivity of those layers.
    measure
        Called once for each trial.
    reference
        The metric in fp32.
    max_drop
        Points (hundredths) that the metric may lie below `reference`.

    Returns
    -------
    StaticPlan
        With the layers that are to stay float left out.
    list
        What was tried, in order.

    Raises
    ------
    GateError
        If the metric drops by more even with all linear layers in float.
    """
    rows = {row.layer: row for row in table if row.layer in layers}
    order = sorted(rows, key=lambda layer: -(10 ** (-rows[layer].sqnr_db / 10)) / rows[layer].weights)
    # A recipe may keep everything float by itself.
    total = sum(row.weights for row in rows.values()) or 1
    tried: dict[int, Trial] = {}

    def plan_with(count: int) -> "StaticPlan":
        kept = {linear for layer in order[count:] for linear in layers[layer]}
        return plan.keep(kept)

    def within(count: int) -> bool:
        # Rounded, or 0.995 would be more than 0.5 points below 1.
        drop = round(100 * (reference - measure(plan_with(count))), 6)
        tried[count] = Trial(
            float_layers=order[:count],
            float_weights=sum(rows[layer].weights for layer in order[:count]) / total,
            drop=drop,
        )
        return drop <= max_drop

    if within(0):
        return plan_with(0), list(tried.values())
    if not within(len(order)):
        raise GateError(
            f"no mixed precision keeps the metric within {max_drop:g} points of fp32: it drops {tried[0].drop:g} with"
            f" all layers in int8, {tried[len(order)].drop:g} with all linear layers in float and int8 word embeddings"
        )
    # Everything up to `low` drops too much, `high` does not.
    low, high = 0, len(order)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if within(middle) else (middle, high)
    return plan_with(high), list(tried.values())


def search_lines(search: Search) -> list[str]:
    """Return what was tried, one line a trial, for people."""
    lines = [f"searched mixed precision: at most {search.max_drop:g} points of {search.metric} on {search.rows} rows"]
    for trial in search.trials:
        verdict = "kept" if trial.drop <= search.max_drop else "too much"
        lines.append(
            f"  {len(trial.float_layers):3} layers float ({100 * trial.float_weights:.1f}% of the weights):"
            f" {trial.drop:+.2f} points lost, {verdict}"
        )
    return lines
