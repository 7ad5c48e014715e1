"""The operations of an ML program with the dtypes and shapes that it declares, read without any weight."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.runtimes.mil.package import Package

Shape = tuple[int | None, ...]
Scalar = str | bool | int | float


@dataclass(frozen=True)
class Tensor:
    """What the program declares of a variable: its dtype in lower case, and None for a size that is not constant."""

    dtype: str
    shape: Shape

    @property
    def is_dynamic(self) -> bool:
        """Whether a size depends on the inputs."""
        return None in self.shape


@dataclass(frozen=True)
class Argument:
    """One value that an operation reads.

    Attributes
    ----------
    variable
        Its name; empty where the value stands in the operation itself.
    tensor
        None for states, lists and dictionaries, and where nothing declares the variable.
    is_constant
        Whether it is known without an inference: a constant, or a weight to decompress.
    scalar
        A constant with a single element that the program holds; None for every other value.
    """

    variable: str
    tensor: Tensor | None
    is_constant: bool
    scalar: Scalar | None


@dataclass(frozen=True)
class Operation:
    """One operation: its MIL type, the name of its first result, and what it reads by parameter."""

    type: str
    name: str
    arguments: Mapping[str, tuple[Argument, ...]]
    results: tuple[Tensor, ...]

    def scalar(self, parameter: str) -> Scalar | None:
        """Return the constant given for `parameter`; None if it is left out or not a constant scalar."""
        given = self.arguments.get(parameter, ())
        return given[0].scalar if len(given) == 1 else None

    @property
    def variables(self) -> tuple[Tensor, ...]:
        """The tensors that depend on the inputs: what the operation reads, without constants, and its results."""
        read = (each.tensor for given in self.arguments.values() for each in given if not each.is_constant)
        return (*(tensor for tensor in read if tensor is not None), *self.results)


@dataclass(frozen=True)
class Function:
    """One function of a program.

    Attributes
    ----------
    operations
        Without constants and without ``constexpr_`` operations, which run when the package is loaded; those in
        the blocks of a condition or a loop come after it.
    has_enumerated_shapes
        Whether every input of no fixed shape lists the shapes that it may have.
    """

    name: str
    operations: tuple[Operation, ...]
    has_enumerated_shapes: bool

    def producer(self, operation: Operation, parameter: str) -> Operation | None:
        """Return the operation whose first result `operation` reads as `parameter`; None for inputs and constants."""
        given = operation.arguments.get(parameter, ())
        names = [each.variable for each in given]
        return next((each for each in self.operations if [each.name] == names), None)


def read_functions(package: Package) -> tuple[Function, ...]:
    """Return every function of the package, ordered by name."""
    functions = package.spec.mlProgram.functions
    return tuple(_function(package.spec, name, functions[name]) for name in sorted(functions))


def _function(spec: Any, name: str, function: Any) -> Function:
    known = {
        given.name: Argument(given.name, _tensor(given.type), is_constant=False, scalar=None)
        for given in function.inputs
    }
    operations = tuple(_operations(function.block_specializations[function.opset], known))
    return Function(name, operations, _has_enumerated_shapes(_description(spec, name)))


def _description(spec: Any, name: str) -> Any:
    """Return the message that describes the inputs of the function; packages of one function have one for all."""
    described = [each for each in spec.description.functions if each.name == name]
    return described[0] if described else spec.description


def _has_enumerated_shapes(description: Any) -> bool:
    kinds = {feature.type.multiArrayType.WhichOneof("ShapeFlexibility") for feature in description.input} - {None}
    return kinds == {"enumeratedShapes"}


def _operations(block: Any, known: dict[str, Argument]) -> Iterator[Operation]:
    """Give the operations of a block in order; `known` gains a value for each result."""
    for message in block.operations:
        is_constant = message.type.startswith("const")
        scalar = _scalar(message.attributes["val"]) if message.type == "const" else None
        for output in message.outputs:
            known[output.name] = Argument(output.name, _tensor(output.type), is_constant, scalar)
        if not is_constant:
            results = (known[output.name].tensor for output in message.outputs)
            yield Operation(
                type=message.type,
                name=message.outputs[0].name if message.outputs else message.type,
                arguments={
                    parameter: tuple(_argument(each, known) for each in given.arguments)
                    for parameter, given in message.inputs.items()
                },
                results=tuple(tensor for tensor in results if tensor is not None),
            )
        for inner in message.blocks:
            for given in inner.inputs:
                known[given.name] = Argument(given.name, _tensor(given.type), is_constant=False, scalar=None)
            yield from _operations(inner, known)


def _argument(message: Any, known: Mapping[str, Argument]) -> Argument:
    if message.WhichOneof("binding") == "name":
        return known.get(message.name, Argument(message.name, None, is_constant=False, scalar=None))
    return Argument("", _tensor(message.value.type), is_constant=True, scalar=_scalar(message.value))


def _tensor(value_type: Any) -> Tensor | None:
    from coremltools.proto import MIL_pb2

    if value_type.WhichOneof("type") != "tensorType":
        return None
    declared = value_type.tensorType
    shape = tuple(
        dimension.constant.size if dimension.WhichOneof("dimension") == "constant" else None
        for dimension in declared.dimensions
    )
    return Tensor(MIL_pb2.DataType.Name(declared.dataType).lower(), shape)


def _scalar(value: Any) -> Scalar | None:
    tensor = value.immediateValue.tensor
    kind = tensor.WhichOneof("value")
    if value.WhichOneof("value") != "immediateValue" or kind is None:
        return None
    values = getattr(tensor, kind).values
    if kind == "bytes":
        declared = _tensor(value.type)
        # Of the types that are stored as bytes, only float16 holds an epsilon.
        values = np.frombuffer(values, np.float16).tolist() if declared and declared.dtype == "float16" else []
    return values[0] if len(values) == 1 else None
