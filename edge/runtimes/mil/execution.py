"""Running a plan."""

from collections.abc import Callable, Mapping

import numpy as np

from edge.runtimes.mil.arrays import Array, held
from edge.runtimes.mil.plan import Plan
from edge.runtimes.mil.step import Step, run_step

Observer = Callable[[Step, tuple[Array, ...]], None]


def execute(plan: Plan, inputs: Mapping[str, Array], observe: Observer | None = None) -> dict[str, Array]:
    """Run every step of a plan once.

    Parameters
    ----------
    plan
        From `edge.runtimes.mil.plan.build_plan`.
    inputs
        One array per input of the plan, already checked (`edge.runtimes.mil.signature.check_inputs`).
    observe
        Called after each step with its results, rounded as the package declares; for looking at the values inside.

    Returns
    -------
    dict
        float32 arrays by output name.

    Raises
    ------
    edge.errors.InputError
        A token id lies outside of its table.
    edge.errors.ConversionError
        An operation fails; the message names it.
    """
    values = dict(plan.constants)
    values.update((key, held(inputs[name])) for name, key in plan.inputs.items())
    # A float16 program may overflow to infinity; that is its result and no reason for numpy to warn.
    with np.errstate(all="ignore"):
        for step in plan.steps:
            results = run_step(step, values)
            if observe is not None:
                observe(step, results)
            for key in step.released:
                del values[key]
    return {name: np.array(values[key], dtype=np.float32) for name, key in plan.outputs.items()}
