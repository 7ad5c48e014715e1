"""Taking turns: in every round each contestant measures once, in an order drawn anew."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Burst = Callable[[], list[float]]


@dataclass(frozen=True)
class RoundsRule:
    """How long and how often.

    Attributes
    ----------
    rounds
        Bursts of each contestant.
    burst_seconds, burst_inferences
        A burst lasts until both are reached.
    pause_seconds
        Between bursts: the last contestant's threads spin for a while before they sleep, XNNPACK's for up to 50 ms.
    seed
        Of the order.
    """

    rounds: int = 15
    burst_seconds: float = 0.3
    burst_inferences: int = 3
    pause_seconds: float = 0.1
    seed: int = 0


def take_turns(
    bursts: Mapping[str, Burst], rule: RoundsRule, before_round: Callable[[int], None] = lambda number: None
) -> dict[str, list[list[float]]]:
    """Return for each contestant the milliseconds of all inferences of each of its bursts.

    Parameters
    ----------
    bursts
        Measures one burst, by the contestant's name.
    before_round
        Told each round's number, from 0.
    """
    found: dict[str, list[list[float]]] = {name: [] for name in bursts}
    for number, order in enumerate(orders(list(bursts), rule)):
        before_round(number)
        for name in order:
            time.sleep(rule.pause_seconds)
            found[name].append(bursts[name]())
    return found


def orders(names: Sequence[str], rule: RoundsRule) -> list[list[str]]:
    """Return who comes after whom in each round; the same for the same seed."""
    generator = random.Random(rule.seed)
    return [generator.sample(names, len(names)) for _ in range(rule.rounds)]
