"""A histogram of a tensor's values that grows with the values it sees."""

import torch

BINS = 2048


class Histogram:
    """Counts of values in `BINS` equal bins between the lowest and the highest value seen, zero included.

    Where a value lies outside, neighbouring bins are joined until the doubled range holds it, so counts stay exact to
    one bin.
    """

    def __init__(self) -> None:
        self.lowest = 0.0
        self.highest = 0.0
        self._limit = 0.0
        self._counts = torch.zeros(BINS, dtype=torch.float64)

    def add(self, values: torch.Tensor) -> None:
        """Count `values`, float32 of any shape."""
        low, high = (float(value) for value in torch.aminmax(values))
        self.lowest, self.highest = min(self.lowest, low), max(self.highest, high)
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
        self._counts += torch.histc(values.flatten(), BINS, -self._limit, self._limit).double()

    @property
    def counts(self) -> torch.Tensor:
        """Count of each bin, shape (BINS,), float64."""
        return self._counts

    @property
    def centres(self) -> torch.Tensor:
        """Value in the middle of each bin, shape (BINS,), float64."""
        width = 2 * self._limit / BINS
        return -self._limit + width * (torch.arange(BINS, dtype=torch.float64) + 0.5)
