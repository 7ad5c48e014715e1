"""Estimates beside what was published or measured, and how far they are off."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.anchors import Anchor, Anchors, Device
from benchmarks.efficiencies import INTENTS, SQUEEZEBERT, published_config
from edge.estimation.efficiencies import Check, Efficiencies
from edge.estimation.estimate import expected_layers
from edge.estimation.layer_work import LayerType, LayerWork, encoder_work
from edge.estimation.model_shape import read_model_shape
from edge.estimation.precision import Precision, precision_of
from edge.estimation.speed import Speed, cpu_speed
from edge.hardware import Hardware
from edge.pretrained import intents
from quantize import find_recipe

CPU = "CPU"
ONE_THREAD = 1
# Between these a text whose length is not stated is taken to be, in tokens.
SHORTEST, LONGEST = 32, 128


@dataclass(frozen=True)
class Estimated:
    """Milliseconds of one inference; `expected_ms` is None on accelerators."""

    lower_bound_ms: float
    expected_ms: float | None


@dataclass(frozen=True)
class Comparison:
    """One published figure.

    Attributes
    ----------
    estimated
        With the device's usual threads at the length of the figure; None where it is not estimated, or the length is
        not known.
    on_one_thread
        The same on one thread, for CPUs.
    shortest, longest
        At 32 and 128 tokens, where the length is not known.
    """

    anchor: Anchor
    device: Device
    estimated: Estimated | None = None
    on_one_thread: Estimated | None = None
    shortest: Estimated | None = None
    longest: Estimated | None = None

    @property
    def ratio(self) -> float | None:
        """Return expected over published; None where either is not known."""
        return _ratio(self.estimated, self.anchor)

    @property
    def ratio_on_one_thread(self) -> float | None:
        """Return expected on one thread over published; None where either is not known."""
        return _ratio(self.on_one_thread, self.anchor)

    @property
    def bound_holds(self) -> bool | None:
        """Return whether the published figure is not below the lower bound; None where there is none."""
        return None if self.estimated is None else self.estimated.lower_bound_ms <= self.anchor.published_ms


def _ratio(estimated: Estimated | None, anchor: Anchor) -> float | None:
    if estimated is None or estimated.expected_ms is None:
        return None
    return estimated.expected_ms / anchor.published_ms


def compare(anchors: Anchors, measured: Efficiencies) -> list[Comparison]:
    """Return each published figure with its estimate."""
    found = []
    for anchor in anchors.anchors:
        device = anchors.devices[anchor.device]
        hardware = device.known_hardware
        comparison = Comparison(anchor, device)
        if anchor.not_estimated is None and hardware is not None:
            work = anchors.models[anchor.model].work

            def at(length: int, threads: int) -> Estimated:
                precision = _precision(anchor, length)  # noqa: B023
                return _estimated(work(length), precision, hardware, anchor.processor, threads, measured, length)  # noqa: B023

            usual = device.usual_threads
            if anchor.sequence_length is None:
                comparison = replace(comparison, shortest=at(SHORTEST, usual), longest=at(LONGEST, usual))
            else:
                comparison = replace(comparison, estimated=at(anchor.sequence_length, usual))
                if anchor.processor == CPU:
                    comparison = replace(comparison, on_one_thread=at(anchor.sequence_length, ONE_THREAD))
        found.append(comparison)
    return found


def _precision(anchor: Anchor, length: int) -> Precision:
    recipe = find_recipe(anchor.recipe)
    format_name, backend = ("executorch", "xnnpack") if anchor.processor == CPU else ("coreml", "neural-engine")
    precision = precision_of(recipe, format_name, backend, length)
    return precision if anchor.weight_bytes is None else replace(precision, weight_bytes=anchor.weight_bytes)


def _estimated(
    works: list[LayerWork],
    precision: Precision,
    hardware: Hardware,
    processor: str,
    threads: int,
    measured: Efficiencies,
    length: int,
) -> Estimated:
    if processor == CPU:
        clock_mhz = hardware.cores[0].maximum_mhz
        layers = expected_layers(works, cpu_speed(hardware, threads), precision, measured, length, clock_mhz)
        return Estimated(
            sum(layer.lower_bound_ms for layer in layers), sum(layer.expected_ms or 0.0 for layer in layers)
        )
    peak = next(each.peak for each in hardware.accelerators if each.name == processor)
    speed = Speed((peak,), 1e9 * hardware.memory.gb_per_s, has_vector_peak=False)
    return Estimated(sum(speed.bound(work, precision)[0] for work in works if work.type != LayerType.MOVEMENT), None)


def check_estimates(measured: Efficiencies) -> list[tuple[Check, Estimated]]:
    """Return each inference that was timed on the machine of the efficiencies, with its estimate for that machine."""
    with intents() as folder:
        small = read_model_shape(folder)
    found = []
    for check in measured.checks:
        works = {
            SQUEEZEBERT: lambda length: encoder_work(published_config(), length),
            INTENTS: small.work,
        }[check.model](check.sequence_length)
        precision = precision_of(find_recipe(check.recipe), "tflite", "xnnpack", check.sequence_length)
        # Waiting for memory on this machine is part of the efficiencies.
        speed = Speed((measured.peak,) * check.threads, math.inf)
        layers = expected_layers(works, speed, precision, measured, check.sequence_length, measured.clock_mhz)
        expected = sum(layer.expected_ms or 0.0 for layer in layers)
        found.append((check, Estimated(sum(layer.lower_bound_ms for layer in layers), expected)))
    return found


def mean_factor(ratios: Iterable[float]) -> float:
    """Return e to the mean absolute logarithm: by which factor an estimate is off, up or down."""
    logarithms = [abs(math.log(ratio)) for ratio in ratios]
    return math.exp(sum(logarithms) / len(logarithms))
