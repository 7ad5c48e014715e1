"""The check of each rule in `edge.inspection.neural_engine_rules`, by the rule's name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.inspection.mil_function import Function, Operation, Tensor
from edge.runtimes.mil.small_constants import SMALLEST_EPSILON

_CHANNEL_AXIS = 1
_NATIVE_RANK = 4
_LARGEST_RANK = 5

_LAST_AXIS_PRODUCTS = frozenset({"linear", "matmul"})
_PRODUCTS = _LAST_AXIS_PRODUCTS | {"conv", "conv_transpose", "einsum", "scaled_dot_product_attention"}
_GATHER = frozenset({"gather", "gather_along_axis", "gather_nd"})
_SCATTER = frozenset({"scatter", "scatter_along_axis", "scatter_nd"})
_RECURRENT = frozenset({"gru", "lstm", "rnn"})
_WIDE_FLOATS = frozenset({"float32", "float64"})
_FLOATS = _WIDE_FLOATS | {"float16"}
_NARROW_INTEGERS = frozenset({"int8", "int16"})
# With a positive constant, their result is never 0 where the other operand is not negative.
_GUARDS = frozenset({"add", "clip", "maximum"})


def _ranks(operation: Operation) -> set[int]:
    return {len(tensor.shape) for tensor in operation.variables}


def _has_rank_over_5(operation: Operation, function: Function) -> bool:
    return max(_ranks(operation), default=0) > _LARGEST_RANK


def _has_rank_5(operation: Operation, function: Function) -> bool:
    return max(_ranks(operation), default=0) == _LARGEST_RANK


def _is_dynamic(operation: Operation) -> bool:
    return any(tensor.is_dynamic for tensor in operation.variables)


def _has_dynamic_shape(operation: Operation, function: Function) -> bool:
    return _is_dynamic(operation) and not function.has_enumerated_shapes


def _has_enumerated_shapes(operation: Operation, function: Function) -> bool:
    return _is_dynamic(operation) and function.has_enumerated_shapes


def _computes_in_float32(operation: Operation, function: Function) -> bool:
    dtypes = {tensor.dtype for tensor in operation.variables}
    if operation.type == "cast" and dtypes <= _FLOATS:
        return False
    return not dtypes.isdisjoint(_WIDE_FLOATS)


def _has_wide_integers(operation: Operation, function: Function) -> bool:
    return any("int" in tensor.dtype and tensor.dtype not in _NARROW_INTEGERS for tensor in operation.variables)


def _has_booleans(operation: Operation, function: Function) -> bool:
    return any(tensor.dtype == "bool" for tensor in operation.variables)


def _is_out_of_layout(operation: Operation, function: Function) -> bool:
    if operation.type in _LAST_AXIS_PRODUCTS:
        return True
    return operation.type in _PRODUCTS and any(len(tensor.shape) != _NATIVE_RANK for tensor in operation.results)


def _is_softmax_of_another_axis(operation: Operation, function: Function) -> bool:
    if operation.type != "softmax":
        return False
    rank = len(operation.results[0].shape)
    axis = operation.scalar("axis")
    return rank >= _NATIVE_RANK and isinstance(axis, int) and axis % rank != _CHANNEL_AXIS


def _has_last_axis_of_1(operation: Operation, function: Function) -> bool:
    return any(map(_is_padded, operation.results))


def _is_padded(tensor: Tensor) -> bool:
    return tensor.shape[-1:] == (1,) and set(tensor.shape) != {1}


def _has_small_epsilon(operation: Operation, function: Function) -> bool:
    if not any(tensor.dtype == "float16" for tensor in operation.results):
        return False
    if operation.type in _GUARDS:
        return any(0 < value < SMALLEST_EPSILON for value in _operands(operation))
    epsilon = operation.scalar("epsilon")
    if not isinstance(epsilon, float) or epsilon >= SMALLEST_EPSILON:
        return False
    # rsqrt and log always have an epsilon, next to 0 where none was asked for; often another one was added before.
    before = function.producer(operation, "x")
    return before is None or before.type not in _GUARDS or not any(value > 0 for value in _operands(before))


def _operands(operation: Operation) -> list[float]:
    """Return the constant that is added, or the least that the result may be."""
    values = (operation.scalar("alpha" if operation.type == "clip" else each) for each in ("x", "y"))
    return [value for value in values if isinstance(value, float)]


def _is_one_of(types: frozenset[str]) -> Callable[[Operation, Function], bool]:
    return lambda operation, function: operation.type in types


CHECKS: Mapping[str, Callable[[Operation, Function], bool]] = MappingProxyType(
    {
        "rank-over-5": _has_rank_over_5,
        "dynamic-shape": _has_dynamic_shape,
        "float32": _computes_in_float32,
        "integer": _has_wide_integers,
        "bool": _has_booleans,
        "gather": _is_one_of(_GATHER),
        "scatter": _is_one_of(_SCATTER),
        "recurrent": _is_one_of(_RECURRENT),
        "enumerated-shapes": _has_enumerated_shapes,
        "rank-over-4": _has_rank_5,
        "layout": _is_out_of_layout,
        "fused-attention": _is_one_of(frozenset({"scaled_dot_product_attention"})),
        "softmax-axis": _is_softmax_of_another_axis,
        "last-axis-of-1": _has_last_axis_of_1,
        "epsilon": _has_small_epsilon,
    }
)
