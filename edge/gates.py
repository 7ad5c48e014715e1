"""The gates: limits for each recipe, read from gates.toml."""

import tomllib
from functools import cache
from importlib import resources

from edge.artifact import Strict

# Metrics that must stay below their limit; all others must stay above.
UPPER_LIMITS = frozenset({"max_relative"})

# The worst layer of an artifact that can be looked into, against the same layer of the model.
LAYER_METRIC = "layer_sqnr_db"


class Gate(Strict):
    """One limit of a recipe's gate and what an artifact reached."""

    metric: str
    value: float
    limit: float
    passed: bool


@cache
def load_gates() -> dict[str, dict[str, float]]:
    """Return the limit of each metric, by recipe."""
    text = (resources.files("edge") / "gates.toml").read_text(encoding="utf-8")
    return {recipe: dict(limits) for recipe, limits in tomllib.loads(text).items()}


def check_gates(recipe: str, parity: dict[str, float]) -> list[Gate]:
    """Hold `parity` against the recipe's limits; metrics that the task does not have are left out."""
    gates = []
    for metric, limit in load_gates()[recipe].items():
        if metric in parity:
            value = parity[metric]
            passed = value <= limit if metric in UPPER_LIMITS else value >= limit
            gates.append(Gate(metric=metric, value=value, limit=limit, passed=passed))
    return gates


def describe_failure(artifact: str, gate: Gate) -> str:
    """Return one line: which artifact, which metric, by how much."""
    relation = "above" if gate.metric in UPPER_LIMITS else "below"
    return (
        f"{artifact}: {gate.metric} is {gate.value:.5g}, {abs(gate.value - gate.limit):.3g} {relation} its limit"
        f" {gate.limit:g}"
    )
