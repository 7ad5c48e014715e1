"""A finished .mlpackage as a .pte for ExecuTorch's Core ML backend: the same program, the same int8 values.

ExecuTorch's own lowering would convert and quantize the model again. Here the program is one call of the backend,
which is handed the package as it is.
"""

import json
import warnings
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from converters.executorch_metadata import Constants
from edge.checksums import sha256
from edge.encoder import Encoder
from edge.encoder.channels_first import ChannelsFirstEncoder
from edge.errors import ConversionError
from edge.runtimes.executorch_coreml import BACKEND, METADATA_NAME, PACKAGE_NAME
from edge.runtimes.inmemory_filesystem import flatten
from edge.runtimes.mil.package import read_package


def write_delegated(
    package: Path,
    encoder: Encoder | ChannelsFirstEncoder,
    path: Path,
    constant_methods: Constants = MappingProxyType({}),
) -> None:
    """Write a .pte whose method ``forward`` is one call of ExecuTorch's Core ML backend.

    The same package gives the same bytes.

    Parameters
    ----------
    package
        An .mlpackage of one function, made from `encoder`.
    encoder
        Says the order of inputs, int32 (1, S), and of outputs, float32; it runs once, for the outputs' shapes.
    constant_methods
        What other methods return.

    Raises
    ------
    InputError
        If there is no package, or it is damaged.
    ConversionError
        If its inputs or outputs are not those of `encoder`.
    """
    with warnings.catch_warnings():
        # ExecuTorch calls functions of its own and of PyTorch's that are deprecated.
        warnings.simplefilter("ignore", FutureWarning)
        # As everywhere in ExecuTorch, the payload lies behind the program, where it can be mapped and freed.
        content = _serialized(delegated_module(package, encoder), constant_methods)
    path.write_bytes(content)


def _serialized(module: Any, constant_methods: Constants) -> bytes:
    """Return the file of a lowered module, as its ``buffer`` does, which takes no further methods."""
    from executorch.exir._serialize._program import PTEFile, serialize_pte_binary

    program = module.program()
    program.execution_plan.extend(_constant_plan(name, value) for name, value in constant_methods.items())
    file = PTEFile(program=program, named_data=module.named_data_store_output)
    return bytes(serialize_pte_binary(file, extract_delegate_segments=True))


def _constant_plan(name: str, value: int | bool | str | list[str]) -> Any:
    from executorch.exir.schema import Bool, Chain, ContainerMetadata, EValue, ExecutionPlan, Int, String
    from executorch.extension.pytree import tree_flatten

    kinds = {bool: Bool, int: Int, str: String}
    parts, structure = tree_flatten(value)
    return ExecutionPlan(
        name=name,
        container_meta_type=ContainerMetadata("", structure.to_str()),
        values=[EValue(kinds[type(part)](part)) for part in parts],
        inputs=[],
        outputs=list(range(len(parts))),
        chains=[Chain(inputs=[], outputs=[], instructions=[], stacktrace=None)],
        operators=[],
        delegates=[],
        non_const_buffer_sizes=[0],
    )


def delegated_module(package: Path, encoder: Encoder | ChannelsFirstEncoder) -> Any:
    """Return ExecuTorch's ``LoweredBackendModule`` of the package; for parameters and errors see `write_delegated`."""
    from executorch.exir.backend.compile_spec_schema import CompileSpec
    from executorch.exir.lowered_backend_module import LoweredBackendModule

    _check_names(package, encoder)
    return LoweredBackendModule(
        edge_program=_signature_program(encoder),
        backend_id=BACKEND,
        processed_bytes=_payload(package, encoder),
        # The backend reads the first one; an app may choose other devices when it loads the program.
        compile_specs=[CompileSpec("compute_units", b"all"), CompileSpec("model_type", b"model")],
    )


class _Signature(torch.nn.Module):
    """Stands for the model in front of ExecuTorch, which reads only the inputs and outputs of it."""

    def __init__(self, outputs: tuple[torch.Tensor, ...]) -> None:
        super().__init__()
        self._shapes = tuple(tuple(output.shape) for output in outputs)

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(torch.zeros(shape, dtype=torch.float32) for shape in self._shapes)


def _signature_program(encoder: Encoder | ChannelsFirstEncoder) -> torch.export.ExportedProgram:
    from executorch.exir import to_edge

    inputs = encoder.example_inputs()
    with torch.no_grad():
        signature = _Signature(tuple(encoder(*inputs)))
        return to_edge(torch.export.export(signature, inputs, strict=False)).exported_program()


def _check_names(package: Path, encoder: Encoder | ChannelsFirstEncoder) -> None:
    description = read_package(package).spec.description
    for kind, found, expected in (
        ("inputs", description.input, encoder.input_names),
        ("outputs", description.output, encoder.output_names),
    ):
        names = sorted(each.name for each in found)
        if names != sorted(expected):
            raise ConversionError(f"{package}: its {kind} are {names}, the encoder's {sorted(expected)}")


def _payload(package: Path, encoder: Encoder | ChannelsFirstEncoder) -> bytes:
    """Return the package and the order of its inputs and outputs, as the backend takes them."""
    files = {
        f"{PACKAGE_NAME}/{member.relative_to(package).as_posix()}": member.read_bytes()
        for member in package.rglob("*")
        if member.is_file()
    }
    metadata = {
        # A device keeps compiled models by this name: another model needs another one.
        "identifier": f"executorch_{sha256(package)}",
        "inputNames": list(encoder.input_names),
        "outputNames": list(encoder.output_names),
    }
    return flatten({**files, METADATA_NAME: json.dumps(metadata).encode()})
