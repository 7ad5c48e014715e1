"""Measured efficiencies: the share of a core's peak that each layer type reached, as data.

``python -m benchmarks.efficiencies WORK`` measures them on one machine and writes efficiencies.toml beside this file.
"""

import math
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from edge.estimation.layer_work import LayerType
from edge.hardware import Data, Peak
from edge.typed_documents import read_toml

FILE = "efficiencies.toml"


class Efficiency(Data):
    """How well one layer type uses a core.

    Attributes
    ----------
    efficiency
        Share of the peak that its work was done at, on one thread. For products the peak of their arithmetic; for the
        steps of other layers, and elements that are moved, one vector operation for each multiply-accumulate of the
        fp32 peak.
    synchronization_us
        Microseconds of each operator by which two threads took longer than half of one thread's time: they wait for
        each other.
    """

    efficiency: Annotated[float, Field(gt=0, le=1)]
    synchronization_us: Annotated[float, Field(ge=0)]


class RecipeEfficiencies(Data):
    """Of one recipe at one length.

    Attributes
    ----------
    sequence_length
        In tokens.
    between_operators_us
        Microseconds for each operator that an inference takes and no operator does, on one thread.
    """

    sequence_length: PositiveInt
    between_operators_us: Annotated[float, Field(ge=0)]
    layers: dict[LayerType, Efficiency]

    def of(self, kind: LayerType) -> Efficiency:
        """Return the efficiency of a layer type; heads are dense linear layers, and have that of post-attention."""
        return self.layers.get(kind) or self.layers[LayerType.POST_ATTENTION]


class Check(Data):
    """An inference that was timed on the same machine, and that no efficiency was taken from.

    Attributes
    ----------
    measured_ms
        Median of the fastest burst.
    """

    model: str
    recipe: str
    sequence_length: PositiveInt
    threads: PositiveInt
    measured_ms: PositiveFloat


class Efficiencies(Data):
    """What was measured on one machine.

    Attributes
    ----------
    command
        How to measure it again.
    machine, packages
        What it was measured on, and with.
    model
        What the efficiencies are of.
    peak
        Of one core, measured: the fastest of some large products.
    clock_mhz
        Of that core, which microseconds are carried over to another core by: its fp32 peak over the operations of a
        cycle.
    """

    command: str
    machine: str
    packages: dict[str, str]
    model: str
    peak: Peak
    clock_mhz: PositiveFloat
    recipes: dict[str, Annotated[tuple[RecipeEfficiencies, ...], Field(min_length=1)]]
    checks: tuple[Check, ...] = ()

    @property
    def sequence_lengths(self) -> list[int]:
        """Return the lengths that were measured, ascending."""
        return sorted({each.sequence_length for recipe in self.recipes.values() for each in recipe})

    def at(self, recipe: str, length: int) -> RecipeEfficiencies:
        """Return the efficiencies of a recipe at `length` tokens.

        Between two measured lengths they change in proportion to the logarithm of the length; beyond the shortest and
        the longest they stay as they are.
        """
        measured = sorted(self.recipes[recipe], key=lambda each: each.sequence_length)
        shorter = max((each for each in measured if each.sequence_length <= length), key=_length, default=measured[0])
        longer = min((each for each in measured if each.sequence_length >= length), key=_length, default=measured[-1])
        if shorter.sequence_length >= longer.sequence_length:
            return longer
        part = math.log(length / shorter.sequence_length) / math.log(longer.sequence_length / shorter.sequence_length)

        def between(left: float, right: float) -> float:
            # Not below the smaller nor above the larger by a rounding error.
            return min(max(left + part * (right - left), min(left, right)), max(left, right))

        return RecipeEfficiencies(
            sequence_length=length,
            between_operators_us=between(shorter.between_operators_us, longer.between_operators_us),
            layers={
                kind: Efficiency(
                    efficiency=between(each.efficiency, longer.layers[kind].efficiency),
                    synchronization_us=between(each.synchronization_us, longer.layers[kind].synchronization_us),
                )
                for kind, each in shorter.layers.items()
            },
        )


def _length(measured: RecipeEfficiencies) -> int:
    return measured.sequence_length


def read_efficiencies(text: str, file: str) -> Efficiencies:
    """Return what the TOML `text` says.

    Raises
    ------
    InputError
        If it is not TOML, has an unknown key, lacks one, or a value has the wrong type or range.
    """
    return read_toml(Efficiencies, text, file, "measure it again")


@cache
def load_efficiencies() -> Efficiencies:
    """Return the efficiencies that the package brings."""
    text = (resources.files("edge.estimation") / FILE).read_text(encoding="utf-8")
    return read_efficiencies(text, FILE)
