"""Core ML: operations of the default function, and the constants of all functions that lie in weight.bin.

The few bytes of constants inside of the model description, such as shapes and axes, are not counted.
"""

import re
from collections import Counter
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

from edge.inspection.contents import Constant, Contents
from edge.inspection.layer_names import layer_of_parameter
from edge.inspection.neural_engine import neural_engine_findings
from edge.runtimes.mil.coremltools_import import missing_coremltools
from edge.runtimes.mil.package import function_operations, read_package


def why_unavailable() -> str | None:
    """Return None if coremltools can read a package here, else what to do."""
    reason = missing_coremltools()
    return None if reason is None else reason.replace("running", "inspecting", 1)


def read(path: Path) -> Contents:
    """Read the .mlpackage at `path`; Core ML runs every operation, so each counts as delegated."""
    package = read_package(path)
    operations = function_operations(package)
    every = [each for name in sorted(package.spec.mlProgram.functions) for each in function_operations(package, name)]
    return Contents(
        delegated=Counter(each.type for each in operations if not each.type.startswith("const")),
        other=Counter(),
        constants=_constants(every),
        neural_engine=neural_engine_findings(package),
    )


def _constants(operations: list[Any]) -> list[Constant]:
    # Equal constants, such as zero points, lie in weight.bin once; they count for the layer that comes first.
    by_offset: dict[int, Constant] = {}
    for operation in operations:
        layer = layer_of_parameter(operation.outputs[0].name)
        for value in _values(operation):
            if value.WhichOneof("value") == "blobFileValue":
                by_offset.setdefault(value.blobFileValue.offset, _constant(layer, value.type.tensorType))
    return list(by_offset.values())


def _values(operation: Any) -> Iterator[Any]:
    """Give what is stored with the operation: attributes, and inputs that name no variable."""
    yield from operation.attributes.values()
    for given in operation.inputs.values():
        yield from (argument.value for argument in given.arguments if argument.WhichOneof("binding") == "value")


def _constant(layer: str, tensor: Any) -> Constant:
    from coremltools.proto import MIL_pb2

    dtype = MIL_pb2.DataType.Name(tensor.dataType).lower()
    width = re.search(r"\d+", dtype)
    bits = int(width[0]) if width else 8
    elements = prod(dimension.constant.size for dimension in tensor.dimensions)
    return Constant(layer, dtype, -(-elements * bits // 8))
