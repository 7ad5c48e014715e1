"""Naming the operations of a MIL program after the modules that they were made from."""

from collections.abc import Iterator
from typing import Any

from torch import nn


def name_operations(program: Any, encoder: nn.Module, module_types: tuple[type[nn.Module], ...]) -> dict[str, str]:
    """Name the operation that computes a module's result, and its variable, after the module, in place.

    ``layers.0.attention.query.groups.0`` becomes ``layers_0_attention_query_groups_0``. The operation is the last one
    that reads a parameter of the module: a linear layer or a convolution has one, a layer norm that is written in
    steps ends with its bias. Outputs of the program keep their names, which its users know.

    Parameters
    ----------
    program
        coremltools' MIL program of `encoder` as its frontend wrote it: constants have the parameters' names.
    encoder
        What the program was made from.
    module_types
        Modules to name; those without parameters of their own, or that the program does not use, are left out.

    Returns
    -------
    dict
        Module name to the name of the variable, in the order of the program.
    """
    owners = {
        _identifier(f"{name}.{parameter}"): name
        for name, module in encoder.named_modules()
        if isinstance(module, module_types)
        for parameter, _ in module.named_parameters(recurse=False)
    }
    function = program.functions["main"]
    last: dict[str, Any] = {}
    derived: dict[Any, str] = {}
    for operation in function.operations:
        read = [each for variable in _read(operation) if (each := _owner(variable, owners, derived)) is not None]
        for name in read:
            if operation.outputs[0].val is None:
                last.pop(name, None)
                last[name] = operation
            else:
                # A parameter that is reshaped before it is used.
                derived[operation.outputs[0]] = name
    named = {}
    for name, operation in last.items():
        variable = operation.outputs[0]
        if variable not in function.outputs:
            operation.name = variable.name = _identifier(name)
        named[name] = variable.name
    return named


def _owner(variable: Any, owners: dict[str, str], derived: dict[Any, str]) -> str | None:
    if variable in derived:
        return derived[variable]
    is_constant = variable.op is not None and variable.op.op_type == "const"
    return owners.get(_identifier(variable.name)) if is_constant else None


def _read(operation: Any) -> Iterator[Any]:
    for given in operation.inputs.values():
        if isinstance(given, (list, tuple)):
            yield from given
        elif given is not None:
            yield given


def _identifier(name: str) -> str:
    return name.replace(".", "_")
