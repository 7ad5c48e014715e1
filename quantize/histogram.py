"""A histogram of a tensor's values that grows with the values it sees."""

import torch

BINS = 2048


class Histogram:
    """Counts of values in `BINS` equal bins of a range around zero that holds all values seen.

    Where a value lies outside, neighbouring bins are joined until the doubled range holds it, so counts stay exact to
    one bin.

    Attributes
    ----------
    lowest, highest
        Of all values and zero.
    zeros
        How many values are exactly zero.
    """

    def __init__(self) -> None:
        self.lowest = 0.0
        self.highest = 0.0
        self.zeros = 0
        self._limit = 0.0
        self._counts = torch.zeros(BINS, dtype=torch.float64)

    def add(self, values: torch.Tensor) -> None:
        """Count `values`, float32 of any shape."""
        low, high = (float(value) for value in torch.aminmax(values))
        self.lowest, self.highest = min(self.lowest, low), max(self.highest, high)
        self.zeros += values.numel() - int(values.count_nonzero())
        largest = max(-low, high)
        if largest == 0.0:
            self._counts[BINS // 2] += values.numel()
            return
        if self._limit == 0.0:
            zeros = self._counts.sum()
            self._limit = largest
            self._counts.zero_()
            self._counts[BINS // 2] = zeros
        while largest > self._limit:
            # The range doubles around zero: pairs of bins become the middle half.
            joined = self._counts.view(-1, 2).sum(dim=1)
            self._counts.zero_()
            self._counts[BINS // 4 : BINS // 4 + BINS // 2] = joined
            self._limit *= 2
        # In float64, whose range and whose counts do not end where float32's do.
        self._counts += torch.histc(values.flatten().double(), BINS, -self._limit, self._limit)

    @property
    def counts(self) -> torch.Tensor:
        """Count of each bin, shape (BINS,), float64."""
        return self._counts

    @property
    def centres(self) -> torch.Tensor:
        """Value in the middle of each bin, shape (BINS,), float64."""
        width = 2 * self._limit / BINS
        return -self._limit + width * (torch.arange(BINS, dtype=torch.float64) + 0.5)
