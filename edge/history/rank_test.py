"""Whether one measurement is slower than others: a rank test on medians of blocks of consecutive runs.

Neighbouring runs are not independent: clocks, caches and other processes change more slowly than one run takes. A test
that takes every run for a draw of its own finds differences between the halves of one measurement. So the runs are cut
into a few long blocks, whose medians are nearly independent, and the Mann-Whitney U test asks whether the medians of
one side rank above those of the other. It needs no distribution, and one block that another process slowed down does
not decide it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RankTest:
    """When a difference counts.

    Attributes
    ----------
    level
        Of the two-sided test: how often noise alone may look like a difference.
    tolerance
        How much slower, relative, something must be to count. One process differs from the next of the same artifact
        by a few percent, for where its pages lie in the caches and which clock its cores get: no test within one
        process sees that.
    blocks
        Of each measurement. With 10 on both sides one odd block does not hide a difference (the p-value is 0.003
        then); more and shorter blocks are less independent.
    block_runs
        The median of fewer runs is no better than a run.
    block_seconds
        Noise that is correlated over a fifth of it leaves false alarms below twice `level`.
    visits
        From so many visits of one label on, the spread between them is known well enough to be used
        (`noise_between_visits`).
    """

    level: float = 0.01
    tolerance: float = 0.05
    blocks: int = 10
    block_runs: int = 10
    block_seconds: float = 0.5
    visits: int = 3

    @property
    def runs(self) -> int:
        """Runs that a measurement must have."""
        return self.blocks * self.block_runs

    @property
    def seconds(self) -> float:
        """Seconds that its runs must have taken."""
        return self.blocks * self.block_seconds


RANK_TEST = RankTest()


@dataclass(frozen=True)
class Difference:
    """One measurement beside others of the same.

    Attributes
    ----------
    reference_ms
        Geometric mean of the others' medians; of one, its median.
    measured_ms
        Its median.
    p_value
        Of the two-sided Mann-Whitney U test.
    tolerance
        The test's, or what the others differ by among themselves if that is more.
    """

    reference_ms: float
    measured_ms: float
    p_value: float
    tolerance: float

    @property
    def ratio(self) -> float:
        """Above 1, the measurement is slower."""
        return self.measured_ms / self.reference_ms


def is_long_enough(latencies_ms: Sequence[float], test: RankTest = RANK_TEST) -> bool:
    """Return whether the runs fill the test's blocks."""
    return len(latencies_ms) >= test.runs and seconds(latencies_ms) >= test.seconds


def seconds(latencies_ms: Sequence[float]) -> float:
    """Return how long the runs took together."""
    return sum(latencies_ms) / 1000


def block_medians(latencies_ms: Sequence[float], blocks: int) -> np.ndarray:
    """Return the median of each of `blocks` parts of consecutive runs, in milliseconds, as float64 (blocks,)."""
    return np.array([np.median(part) for part in np.array_split(np.asarray(latencies_ms, np.float64), blocks)])


def find_difference(
    references: Sequence[Sequence[float]], measured: Sequence[float], test: RankTest = RANK_TEST
) -> Difference:
    """Compare the runs of one measurement with those of others, each long enough.

    Parameters
    ----------
    references
        The runs of each earlier measurement, in milliseconds and in order.
    """
    from scipy.stats import mannwhitneyu

    earlier = np.concatenate([block_medians(each, test.blocks) for each in references])
    later = block_medians(measured, test.blocks)
    # By the normal distribution, which is close enough for ten blocks and allows equal medians.
    p_value = float(mannwhitneyu(later, earlier, alternative="two-sided", method="asymptotic").pvalue)
    medians = np.array([np.median(each) for each in references])
    noise = noise_between_visits(medians, test.level) if len(medians) >= test.visits else 0.0
    return Difference(
        # Logarithms and back would make equal medians differ in the last digit.
        reference_ms=float(np.exp(np.log(medians).mean()) if len(medians) > 1 else medians[0]),
        measured_ms=float(np.median(measured)),
        # Not a number if all medians are the same.
        p_value=p_value if np.isfinite(p_value) else 1.0,
        tolerance=max(test.tolerance, noise),
    )


def noise_between_visits(medians: np.ndarray, level: float) -> float:
    """Return how much slower, relative, one more visit may be if nothing changed.

    The two-sided prediction interval of one more observation, of normally distributed logarithms: with t of k - 1
    degrees of freedom and s their standard deviation, exp(t s sqrt(1 + 1/k)) - 1. Few visits leave it wide: 11 s with
    three, 5 s with five, 3.4 s with ten.

    Parameters
    ----------
    medians
        Of at least two visits, in milliseconds.
    level
        How often one more visit of the same may lie outside.
    """
    from scipy.stats import t

    count = len(medians)
    deviation = float(np.log(medians).std(ddof=1))
    return float(np.expm1(t.ppf(1 - level / 2, count - 1) * deviation * np.sqrt(1 + 1 / count)))
