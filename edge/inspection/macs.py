"""Multiply-accumulates of one inference, operation by operation, from the shapes that an ML program declares."""

from math import prod

from edge.errors import InputError
from edge.inspection.mil_function import Operation, Shape

# Their products depend on the length of a sequence and on the kind of cell; no package of this project has one.
_NOT_COUNTED = frozenset({"gru", "lstm", "rnn"})


def multiply_accumulates(operation: Operation) -> int | None:
    """Return how often `operation` multiplies two elements and adds the product to a sum.

    Only products of matrices and convolutions count: elementwise operations and normalizations have none.

    Returns
    -------
    int | None
        None if a size that decides is not constant, and for recurrent layers.

    Raises
    ------
    edge.errors.InputError
        The operation lacks a parameter that its type has.
    """
    match operation.type:
        case "linear":
            return _product((*_result(operation), _shape(operation, "x")[-1]))
        case "conv":
            # Each output element sums over the kernel [C_out, C_in / groups, ...].
            return _product((*_result(operation), *_shape(operation, "weight")[1:]))
        case "conv_transpose":
            # Each input element goes into as many sums as its kernel [C_in, C_out / groups, ...] has elements.
            return _product((*_shape(operation, "x"), *_shape(operation, "weight")[1:]))
        case "matmul":
            return _product((*_result(operation), _contracted(operation)))
        case "einsum":
            return _product(_label_sizes(operation))
        case "scaled_dot_product_attention":
            scores = (*_shape(operation, "query")[:-1], _shape(operation, "key")[-2])
            sums = (_shape(operation, "query")[-1], _shape(operation, "value")[-1])
            return None if None in sums else _product((*scores, sum(filter(None, sums))))
        case _:
            return None if operation.type in _NOT_COUNTED else 0


def _contracted(operation: Operation) -> int | None:
    left = _shape(operation, "x")
    return left[-2] if operation.scalar("transpose_x") and len(left) > 1 else left[-1]


def _label_sizes(operation: Operation) -> Shape:
    """Return the size of each letter of the equation; of two sizes the one that the other is broadcast to."""
    equation = operation.scalar("equation")
    operands = operation.arguments.get("values", ())
    letters = str(equation).replace(" ", "").partition("->")[0].split(",")
    sizes: dict[str, int | None] = {}
    for term, operand in zip(letters, operands, strict=False):
        for letter, size in zip(term, operand.tensor.shape if operand.tensor else (), strict=False):
            if sizes.get(letter, 1) == 1:
                sizes[letter] = size
    return tuple(sizes.values())


def _shape(operation: Operation, parameter: str) -> Shape:
    given = operation.arguments.get(parameter, ())
    if len(given) != 1 or given[0].tensor is None:
        raise InputError(f"Core ML operation {operation.type} {operation.name!r} has no {parameter!r}; build it again")
    return given[0].tensor.shape


def _result(operation: Operation) -> Shape:
    if not operation.results:
        raise InputError(f"Core ML operation {operation.type} {operation.name!r} has no result; build it again")
    return operation.results[0].shape


def _product(sizes: Shape) -> int | None:
    known = [size for size in sizes if size is not None]
    return prod(known) if len(known) == len(sizes) else None
