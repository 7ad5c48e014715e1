"""How fast a processor does the work of one layer type: at best, and as measured efficiencies let expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from edge.errors import InputError
from edge.estimation.efficiencies import Efficiency
from edge.estimation.layer_work import LayerWork
from edge.estimation.precision import Precision
from edge.hardware import Arithmetic, Hardware, Peak

MILLISECONDS = 1000


@dataclass(frozen=True)
class Speed:
    """What computes, and how fast memory gives weights.

    Attributes
    ----------
    peaks
        Of each core that takes part, the fastest first; of an accelerator one.
    bytes_per_s
        Peak of the main memory.
    has_vector_peak
        Whether the fp32 peak says how fast steps other than products are: so on a CPU, not on an accelerator, whose
        peak is that of its multipliers.
    """

    peaks: tuple[Peak, ...]
    bytes_per_s: float
    has_vector_peak: bool = True

    def bound(self, work: LayerWork, precision: Precision) -> tuple[float, Literal["compute", "memory"] | None]:
        """Return the milliseconds that the work takes at least, and what it waits for.

        Weights are read once an inference. What layers hand over stays in caches and costs nothing here.
        """
        compute = precision.seconds_at_peak(work, self._together)
        if work.steps and self.has_vector_peak:
            compute += 2 * work.steps / self._together("fp32")
        memory = precision.bytes_read(work) / self.bytes_per_s
        if compute == memory == 0:
            return 0.0, None
        return MILLISECONDS * max(compute, memory), "compute" if compute >= memory else "memory"

    def expected(self, work: LayerWork, precision: Precision, measured: Efficiency, slower: float) -> float:
        """Return the milliseconds that the work takes with a measured efficiency; never less than `bound`.

        Parameters
        ----------
        slower
            How many times as long a clock cycle is as where the efficiency was measured: threads that wait for each
            other wait cycles.
        """
        steps = 2 * (work.steps + work.moved)
        at_peak = precision.seconds_at_peak(work, self._together) + (steps and steps / self._together("fp32"))
        waiting_us = work.operators * measured.synchronization_us * slower if len(self.peaks) > 1 else 0.0
        milliseconds = MILLISECONDS * at_peak / measured.efficiency + waiting_us / 1000
        return max(milliseconds, self.bound(work, precision)[0])

    def _together(self, arithmetic: Arithmetic) -> float:
        return sum(_operations(peak, arithmetic) for peak in self.peaks)


def cpu_speed(hardware: Hardware, threads: int) -> Speed:
    """Return the speed of the fastest cores, one for each thread."""
    peaks: Sequence[Peak] = [kind.peak for kind in hardware.fastest(threads)]
    return Speed(tuple(peaks), 1e9 * hardware.memory.gb_per_s)


def _operations(peak: Peak, arithmetic: Arithmetic) -> float:
    found = peak.operations(arithmetic)
    if found is None:
        raise InputError(f"no {arithmetic} peak is known ({peak.source}); choose another recipe")
    return found
