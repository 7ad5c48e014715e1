"""From an opened package to something that can be run."""

from edge.errors import ConversionError
from edge.runtimes.mil.operations import OPERATIONS
from edge.runtimes.mil.package import Package, load_main_function, main_operations
from edge.runtimes.mil.plan import Plan, build_plan


def plan_package(package: Package) -> Plan:
    """Load the program and the weights of a package and plan its function ``main``.

    Raises
    ------
    edge.errors.ConversionError
        The program uses an operation that the evaluator does not know; the message names it.
    edge.errors.InputError
        The package is damaged.
    """
    # Before the program is loaded: coremltools fails with a KeyError on operations that it does not know either.
    for operation in main_operations(package):
        if operation.type != "const" and operation.type not in OPERATIONS:
            raise ConversionError(
                f"{package.path}: the evaluator does not know the operation {operation.type} "
                f"{operation.outputs[0].name!r}; run the package on macOS"
            )
    return build_plan(load_main_function(package))
