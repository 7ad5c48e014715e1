"""Lower bound and expected latency of a model on a target, before any artifact exists."""

from itertools import groupby

from converters import find_backend, recipes_of_backend
from edge.errors import InputError
from edge.estimation.document import Estimate, LayerEstimate, ProcessorEstimate
from edge.estimation.efficiencies import Efficiencies, load_efficiencies
from edge.estimation.layer_work import LayerType, LayerWork
from edge.estimation.model_shape import ModelShape
from edge.estimation.precision import Precision, precision_of
from edge.estimation.speed import Speed, cpu_speed
from edge.hardware import Accelerator, CoreKind
from edge.target import Target
from quantize import Recipe, find_recipe

# The backend that efficiencies were measured through.
MEASURED_BACKEND = "xnnpack"
BETWEEN_OPERATORS = "between_operators"
NOT_MEASURED = "no efficiency was measured on an accelerator; only the lower bound is estimated"


def estimate(
    shape: ModelShape,
    target: Target,
    length: int,
    recipe: str | None = None,
    efficiencies: Efficiencies | None = None,
) -> Estimate:
    """Return the estimated latency of one inference.

    Parameters
    ----------
    length
        In tokens.
    recipe
        Name of a recipe; None takes, for each processor, the one that the target likes best.
    efficiencies
        None takes those that the package brings.

    Raises
    ------
    InputError
        If the model does not serve the length, or no processor of the target that can be estimated runs the recipe.
    """
    works = shape.work(length)
    measured = efficiencies or load_efficiencies()
    return Estimate(
        model=shape.name,
        task=shape.task.name,
        target=target.name,
        soc=target.hardware.soc,
        sequence_length=length,
        macs=sum(work.macs for work in works),
        processors=[
            _on_cpu(works, target, format_name, backend, chosen, length, measured)
            if processor is None
            else _on_accelerator(works, target, processor, format_name, backend, chosen, length)
            for processor, format_name, backend, chosen in _processors(target, recipe)
        ],
        assumptions=[
            "nothing was run: peaks and bandwidth are data of the target, at its highest clocks",
            "weights are read from memory once an inference; what layers hand over stays in caches",
            f"efficiencies were measured on one machine ({measured.machine}) with {measured.model} through XNNPACK in"
            " LiteRT, and are assumed to hold on this target",
        ],
    )


def _processors(target: Target, name: str | None) -> list[tuple[Accelerator | None, str, str, Recipe]]:
    """Return each processor once (None is the CPU) with format, backend and recipe of what runs there."""
    asked = None if name is None else find_recipe(name)
    found: dict[str, tuple[Accelerator | None, str, str, Recipe]] = {}
    offered: list[str] = []
    for format_name, backends in target.backends.items():
        for backend in backends:
            accelerator = next(
                (each for each in target.hardware.accelerators if backend in each.backends.get(format_name, ())), None
            )
            if accelerator is None and backend != MEASURED_BACKEND:
                continue
            recipes = _recipes(target, format_name, backend, accelerator)
            offered.extend(each.name for each in recipes)
            chosen = next((each for each in recipes if asked in (None, each)), None)
            if chosen is not None:
                key = "" if accelerator is None else accelerator.name
                found.setdefault(key, (accelerator, format_name, backend, chosen))
    if not found:
        raise InputError(f"{target.name} does not run {name}: choose one of {', '.join(dict.fromkeys(offered))}")
    return list(found.values())


def _recipes(target: Target, format_name: str, backend: str, accelerator: Accelerator | None) -> list[Recipe]:
    """Return what the processor runs, in the target's order of preference."""
    built = recipes_of_backend(find_backend(format_name, backend))
    recipes = [recipe for name in target.recipes for recipe in built if recipe.name == name]
    if accelerator is None:
        return recipes
    # An accelerator without fp32 leaves such a file to other processors.
    return [
        recipe
        for recipe in recipes
        if accelerator.peak.operations(precision_of(recipe, format_name, backend, 1).linear) is not None
    ]


def _on_cpu(
    works: list[LayerWork],
    target: Target,
    format_name: str,
    backend: str,
    recipe: Recipe,
    length: int,
    measured: Efficiencies,
) -> ProcessorEstimate:
    precision = precision_of(recipe, format_name, backend, length)
    threads = min(target.threads, len(target.hardware.fastest(target.threads)))
    cores = target.hardware.fastest(threads)
    speed = cpu_speed(target.hardware, threads)
    layers = expected_layers(works, speed, precision, measured, length, cores[0].maximum_mhz)
    return ProcessorEstimate(
        processor=f"CPU, {threads} threads: {_in_words(cores)}",
        format=format_name,
        backend=backend,
        recipe=recipe.name,
        threads=threads,
        lower_bound_ms=sum(layer.lower_bound_ms for layer in layers),
        expected_ms=sum(layer.expected_ms or 0.0 for layer in layers),
        why_no_expectation=None,
        layers=layers,
    )


def expected_layers(
    works: list[LayerWork], speed: Speed, precision: Precision, measured: Efficiencies, length: int, clock_mhz: float
) -> list[LayerEstimate]:
    """Return lower bound and expected time of each layer type, and last what lies between operators.

    Parameters
    ----------
    clock_mhz
        Of the fastest core; what takes a number of cycles on the measured core takes as many here.
    """
    slower = measured.clock_mhz / clock_mhz
    layers = []
    for work in works:
        bound, bound_by = speed.bound(work, precision)
        efficiency = measured.at(precision.recipe_measured(work.type), length).of(work.type)
        layers.append(_layer(work, precision, bound, bound_by, speed.expected(work, precision, efficiency, slower)))
    between_us = sum(work.operators for work in works) * measured.at(precision.measured_as, length).between_operators_us
    layers.append(
        LayerEstimate(
            type=BETWEEN_OPERATORS,
            macs=0,
            weight_bytes=0,
            lower_bound_ms=0.0,
            expected_ms=between_us * slower / 1000,
            bound_by=None,
        )
    )
    return layers


def _on_accelerator(
    works: list[LayerWork],
    target: Target,
    accelerator: Accelerator,
    format_name: str,
    backend: str,
    recipe: Recipe,
    length: int,
) -> ProcessorEstimate:
    precision = precision_of(recipe, format_name, backend, length)
    speed = Speed((accelerator.peak,), 1e9 * target.hardware.memory.gb_per_s, has_vector_peak=False)
    layers = [
        _layer(work, precision, *speed.bound(work, precision), None)
        for work in works
        if work.type != LayerType.MOVEMENT
    ]
    return ProcessorEstimate(
        processor=accelerator.name,
        format=format_name,
        backend=backend,
        recipe=recipe.name,
        threads=None,
        lower_bound_ms=sum(layer.lower_bound_ms for layer in layers),
        expected_ms=None,
        why_no_expectation=NOT_MEASURED,
        layers=layers,
    )


def _layer(
    work: LayerWork, precision: Precision, bound: float, bound_by: str | None, expected: float | None
) -> LayerEstimate:
    return LayerEstimate.model_validate(
        {
            "type": work.type.value,
            "macs": work.macs,
            "weight_bytes": round(precision.bytes_read(work)),
            "lower_bound_ms": bound,
            "expected_ms": expected,
            "bound_by": bound_by,
        }
    )


def _in_words(kinds: list[CoreKind]) -> str:
    """Return ``1 x Cortex-X3, 3 x Cortex-A715`` for the cores that take part."""
    counted = [(len(list(group)), part) for part, group in groupby(kind.part for kind in kinds)]
    return ", ".join(f"{count} x {part}" for count, part in counted)
