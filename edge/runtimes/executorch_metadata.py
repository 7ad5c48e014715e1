"""What the methods of a .pte return that take nothing and compute nothing, read without executorch."""

from pathlib import Path

from edge.runtimes.executorch_program import Table, read_plans

Value = int | float | bool | str


def read_metadata(path: Path) -> dict[str, list[Value]]:
    """Return what each constant method of the .pte at `path` returns, by the method's name, sorted.

    Methods that take something, call something or return tensors are left out.

    Raises
    ------
    edge.errors.InputError
        It cannot be read, is no .pte, or is damaged.
    """
    found = dict(read_plans(path, _constants))
    return {name: values for name, values in sorted(found.items()) if values is not None}


def _constants(plan: Table) -> tuple[str, list[Value] | None]:
    name = plan.text(0)
    if plan.numbers(3) or any(chain.tables(2) for chain in plan.tables(5)):
        return name, None
    stored = plan.tables(2)
    values = [_value(stored[index]) for index in plan.numbers(4)]
    known = [value for value in values if value is not None]
    return name, known if len(known) == len(values) else None


def _value(entry: Table) -> Value | None:
    # The numbers are places in the union of values of ExecuTorch's ``schema/program.fbs``.
    match entry.number(0, "Uint8"):
        case 2:
            return entry.table(1).number(0, "Int64")
        case 3:
            return bool(entry.table(1).number(0, "Bool"))
        case 4:
            return entry.table(1).real(0)
        case 6:
            return entry.table(1).text(0)
    return None
