"""ExecuTorch: kernels that the program calls, its delegates, and constants by who reads them.

A .pte has no names of weights: XNNPACK's are keyed by checksum. The lookup's table is known by the kernel that reads
it; everything else is grouped by delegate, and no layer is guessed. What the Core ML backend is handed is a Core ML
package, with names.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any

from edge.errors import EdgeError, InputError
from edge.inspection import coreml
from edge.inspection.contents import Constant, Contents
from edge.inspection.flatbuffer import read_flatbuffer
from edge.inspection.layer_names import UNNAMED, WORD_EMBEDDINGS
from edge.inspection.xnnpack import BACKEND, NO_KEY, StoredTensor, read_payload
from edge.runtimes import executorch_coreml
from edge.runtimes.executorch_metadata import read_metadata

IDENTIFIER = b"ET"

# The encoder looks up words only: positions and token types are added without a lookup.
_LOOKUP = "aten::embedding.out"

_DTYPES = {
    "BYTE": "uint8",
    "CHAR": "int8",
    "SHORT": "int16",
    "INT": "int32",
    "LONG": "int64",
    "HALF": "float16",
    "FLOAT": "float32",
    "DOUBLE": "float64",
}


@dataclass(frozen=True)
class _Delegate:
    """What a backend runs: its own operators and its constants, or one operator and one constant if unreadable.

    Core ML's constants are those of its `package`.
    """

    operators: Counter[str]
    constants: list[StoredTensor]
    package: Contents | None = None


@dataclass(frozen=True)
class _Call:
    """One instruction: the kernel or the delegate that it calls, and the values that it hands over."""

    name: str
    delegate: int | None
    arguments: list[int]


def why_unavailable() -> str | None:
    """Return None if executorch is installed, else what to do."""
    if util.find_spec("executorch") is None or util.find_spec("torch") is None:
        return "inspecting .pte needs executorch and torch: pip install 'squeezebert-edge[build]'"
    return None


def read(path: Path) -> Contents:
    """Read the method of the .pte at `path`; operators in a delegate are those of the backend's own graph."""
    from executorch.exir._serialize._program import deserialize_pte_binary

    data = read_flatbuffer(path, IDENTIFIER)
    try:
        program = deserialize_pte_binary(data).program
        delegates = list(_delegates(program, path))
    except EdgeError:
        raise
    except Exception as error:  # executorch checks little: damage shows as whatever its code stumbles over
        raise InputError(f"{path}: damaged or cut short; build it again") from error
    calls = list(_calls(program.execution_plan[0]))
    packages = [delegate.package for delegate in delegates if delegate.package is not None]
    return Contents(
        delegated=sum((delegate.operators for delegate in delegates), Counter[str]()),
        other=Counter(call.name for call in calls if call.delegate is None),
        constants=[*_program_constants(program, calls), *_delegate_constants(delegates)],
        neural_engine=packages[0].neural_engine if len(packages) == 1 else None,
        metadata=read_metadata(path),
    )


def _delegates(program: Any, path: Path) -> Iterator[_Delegate]:
    for delegate in program.execution_plan[0].delegates:
        payload = program.backend_delegate_data[delegate.processed.index].data
        if delegate.id == BACKEND:
            graph = read_payload(payload)
            yield _Delegate(graph.operators, graph.constants)
        elif delegate.id == executorch_coreml.BACKEND:
            yield _core_ml_delegate(payload, path)
        else:
            # Only the backend itself can read what it is handed.
            yield _Delegate(Counter([delegate.id]), [StoredTensor(NO_KEY, "opaque", len(payload))])


def _core_ml_delegate(payload: bytes, path: Path) -> _Delegate:
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as folder:
        package = executorch_coreml.unpack_package(payload, Path(folder), path)
        contents = coreml.read(package.path)
    return _Delegate(contents.delegated, [], contents)


def _calls(plan: Any) -> Iterator[_Call]:
    from executorch.exir.schema import DelegateCall, KernelCall

    for chain in plan.chains:
        for instruction in chain.instructions:
            match instruction.instr_args:
                case KernelCall(op_index=index, args=arguments):
                    operator = plan.operators[index]
                    yield _Call(f"{operator.name}.{operator.overload}".removesuffix("."), None, arguments)
                case DelegateCall(delegate_index=index, args=arguments):
                    yield _Call(plan.delegates[index].id, index, arguments)


def _program_constants(program: Any, calls: list[_Call]) -> Iterator[Constant]:
    """Give the constants outside of delegates, with the bytes that align the next one."""
    from executorch.exir.schema import Tensor

    values = program.execution_plan[0].values
    readers: dict[int, set[str]] = {}
    for call in calls:
        for index in call.arguments:
            readers.setdefault(index, set()).add(_group(call))
    by_buffer: dict[int, tuple[str, set[str]]] = {}
    for index, value in enumerate(values):
        # Buffer 0 stands for values that are no constants.
        if isinstance(value.val, Tensor) and value.val.data_buffer_idx > 0:
            dtype = _DTYPES.get(value.val.scalar_type.name, value.val.scalar_type.name.lower())
            groups = by_buffer.setdefault(value.val.data_buffer_idx, (dtype, set()))[1]
            groups |= readers.get(index, set())
    for buffer, (dtype, groups) in by_buffer.items():
        group = groups.pop() if len(groups) == 1 else UNNAMED
        yield Constant(group, dtype, len(program.constant_buffer[buffer].storage))


def _group(call: _Call) -> str:
    if call.delegate is not None:
        return f"delegate {call.delegate} inputs"
    return WORD_EMBEDDINGS if call.name == _LOOKUP else UNNAMED


def _delegate_constants(delegates: list[_Delegate]) -> Iterator[Constant]:
    counted: set[str] = set()
    for index, delegate in enumerate(delegates):
        for tensor in delegate.constants:
            if tensor.key not in counted:
                yield Constant(f"delegate {index} constants", tensor.dtype, tensor.bytes)
            if tensor.key != NO_KEY:
                counted.add(tensor.key)
        if delegate.package is not None:
            yield from delegate.package.constants
