"""Turns: everybody once a round, in an order that the seed decides."""

from benchmarks.rounds import RoundsRule, orders, take_turns

QUICK = RoundsRule(rounds=4, pause_seconds=0.0)
NAMES = ["a", "b", "c", "d", "e"]


def test_everybody_measures_once_a_round():
    calls = []

    found = take_turns({name: lambda name=name: calls.append(name) or [1.0] for name in NAMES}, QUICK)

    assert found == {name: [[1.0]] * 4 for name in NAMES}
    assert [sorted(calls[start : start + 5]) for start in range(0, 20, 5)] == [NAMES] * 4


def test_order_changes_from_round_to_round():
    assert len({tuple(order) for order in orders(NAMES, RoundsRule(rounds=20))}) > 10


def test_same_seed_gives_the_same_order():
    assert orders(NAMES, QUICK) == orders(NAMES, QUICK)
    assert orders(NAMES, QUICK) != orders(NAMES, RoundsRule(rounds=4, seed=1))
