"""From an opened package to something that can be run."""

from edge.errors import ConversionError
from edge.runtimes.mil.classes import CLASSIFY
from edge.runtimes.mil.operations import OPERATIONS
from edge.runtimes.mil.package import Package, function_operations, load_function
from edge.runtimes.mil.plan import Plan, build_plan


def plan_package(package: Package, function: str | None = None) -> Plan:
    """Load a function of a package with its weights, and plan it.

    Parameters
    ----------
    function
        Its name; None takes the package's default function, or ``main`` where the package names none.

    Raises
    ------
    edge.errors.ConversionError
        The function uses an operation that the evaluator does not know; the message names it.
    edge.errors.InputError
        The package has no such function, or is damaged.
    """
    # Before the program is loaded: coremltools fails with a KeyError on operations that it does not know either.
    for operation in function_operations(package, function):
        if operation.type not in ("const", CLASSIFY) and operation.type not in OPERATIONS:
            raise ConversionError(
                f"{package.path}: the evaluator does not know the operation {operation.type} "
                f"{operation.outputs[0].name!r}; run the package on macOS"
            )
    return build_plan(load_function(package, function))
