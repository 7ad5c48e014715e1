"""A .tflite as objects: parsed, given new tensors and operators, and written back with its constants aligned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.inspection.tflite import FIRST_OUTSIDE_OFFSET

IDENTIFIER = b"TFL3"

# What the format's schema asks for (`force_align: 16`), and its generated Python code does not do.
ALIGNMENT = 16


@dataclass(frozen=True)
class Quantization:
    """What the integers of a tensor stand for: (integer - zero point) * scale.

    Attributes
    ----------
    scales
        float32; one, or one for each index of the first dimension.
    """

    scales: np.ndarray
    zero_point: int = 0


class TFLiteGraph:
    """A .tflite with one graph.

    Parameters
    ----------
    content
        The file; None begins with an empty graph.
    """

    def __init__(self, content: bytes | None = None) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._schema = schema
        if content is None:
            graph = schema.SubGraphT(tensors=[], inputs=[], outputs=[], operators=[], name=b"main")
            self._model = schema.ModelT(version=3, operatorCodes=[], subgraphs=[graph], buffers=[schema.BufferT()])
        else:
            self._model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
            _bring_inside(self._model.buffers, content)
        (self._graph,) = self._model.subgraphs
        # Equal constants are stored once.
        self._buffers = {
            bytes(buffer.data): i for i, buffer in enumerate(self._model.buffers) if buffer.data is not None
        }

    @property
    def operators(self) -> list[Any]:
        """The ``OperatorT`` objects in the order of execution."""
        operators: list[Any] = self._graph.operators
        return operators

    @operators.setter
    def operators(self, operators: Sequence[Any]) -> None:
        self._graph.operators = list(operators)

    @property
    def outputs(self) -> list[int]:
        """The indices of the tensors that the graph returns."""
        return [int(index) for index in self._graph.outputs]

    @property
    def ends(self) -> tuple[dict[str, int], dict[str, int]]:
        """The tensors that the signature calls inputs and outputs: their indices by name, in the graph's order."""
        (signature,) = self._model.signatureDefs
        inputs, outputs = (
            {end.tensorIndex: end.name.decode() for end in side} for side in (signature.inputs, signature.outputs)
        )
        return (
            {inputs[int(index)]: int(index) for index in self._graph.inputs},
            {outputs[int(index)]: int(index) for index in self._graph.outputs},
        )

    def set_ends(self, inputs: Mapping[str, int], outputs: Mapping[str, int]) -> None:
        """Make the tensors with these indices the graph's inputs and outputs, with these names in its signature."""
        schema = self._schema
        self._graph.inputs, self._graph.outputs = list(inputs.values()), list(outputs.values())
        read, written = (
            [schema.TensorMapT(name=name.encode(), tensorIndex=index) for name, index in ends.items()]
            for ends in (inputs, outputs)
        )
        self._model.signatureDefs = [
            schema.SignatureDefT(signatureKey=b"serving_default", inputs=read, outputs=written)
        ]

    def metadata(self, name: bytes) -> bytes:
        """Return what the file's metadata keep under `name`."""
        (entry,) = (entry for entry in self._model.metadata if entry.name == name)
        return bytes(self._model.buffers[entry.buffer].data)

    def set_metadata(self, name: bytes, content: bytes, description: str) -> None:
        """Keep `content` under `name` in the file's metadata, and say in `description` what the file is."""
        schema = self._schema
        kept = [entry for entry in self._model.metadata or [] if entry.name != name]
        self._model.buffers.append(schema.BufferT(data=np.frombuffer(content, np.uint8)))
        self._model.metadata = [*kept, schema.MetadataT(name=name, buffer=len(self._model.buffers) - 1)]
        self._model.description = description.encode()

    def operator_name(self, operator: Any) -> str:
        """Return the name of what `operator` computes, for example ``FULLY_CONNECTED``."""
        code = self._model.operatorCodes[operator.opcodeIndex].builtinCode
        return next(name for name, number in vars(self._schema.BuiltinOperator).items() if number == code)

    def operator_version(self, operator: Any) -> int:
        """Return the version of the operator's specification that `operator` needs."""
        version: int = self._model.operatorCodes[operator.opcodeIndex].version
        return version

    def tensor(self, index: int) -> Any:
        """Return the ``TensorT`` at `index`."""
        return self._graph.tensors[index]

    def constant(self, index: int) -> bytes | None:
        """Return the bytes of the tensor at `index`, or None if it is computed."""
        data = self._model.buffers[self.tensor(index).buffer].data
        return None if data is None else bytes(data)

    def add_tensor(
        self, name: bytes, shape: Sequence[int], dtype: str, quantization: Quantization | None = None
    ) -> int:
        """Add a tensor that an operator computes, and return its index.

        Parameters
        ----------
        dtype
            ``INT8``, ``INT32`` or ``FLOAT32``.
        """
        tensor = self._schema.TensorT(
            name=name, shape=list(shape), type=getattr(self._schema.TensorType, dtype), hasRank=True
        )
        if quantization is not None:
            tensor.quantization = self._schema.QuantizationParametersT(
                scale=quantization.scales.astype(np.float32),
                zeroPoint=np.full(len(quantization.scales), quantization.zero_point, np.int64),
            )
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def add_constant(self, name: bytes, values: np.ndarray, quantization: Quantization | None = None) -> int:
        """Add a tensor with the int8, int32 or float32 `values`, and return its index."""
        content = values.tobytes()
        if content not in self._buffers:
            self._model.buffers.append(self._schema.BufferT(data=np.frombuffer(content, np.uint8)))
            self._buffers[content] = len(self._model.buffers) - 1
        index = self.add_tensor(name, values.shape, values.dtype.name.upper(), quantization)
        self.tensor(index).buffer = self._buffers[content]
        return index

    def make_operator(
        self, name: str, version: int, inputs: Sequence[int], outputs: Sequence[int], options: Any = None
    ) -> Any:
        """Return an ``OperatorT``.

        Parameters
        ----------
        options
            ``<kind>OptionsT`` of the schema; None leaves them out.
        """
        number = getattr(self._schema.BuiltinOperator, name)
        codes = self._model.operatorCodes
        known = [index for index, code in enumerate(codes) if (code.builtinCode, code.version) == (number, version)]
        if not known:
            codes.append(
                self._schema.OperatorCodeT(builtinCode=number, deprecatedBuiltinCode=min(number, 127), version=version)
            )
            known = [len(codes) - 1]
        operator = self._schema.OperatorT(opcodeIndex=known[0], inputs=list(inputs), outputs=list(outputs))
        if options is not None:
            operator.builtinOptions = options
            kind = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(self._schema.BuiltinOptions, kind)
        return operator

    def make_softmax(self, source: int, target: int) -> Any:
        """Return the ``OperatorT`` that writes the softmax of the last axis of `source` to `target`."""
        return self.make_operator("SOFTMAX", 1, [source], [target], self._schema.SoftmaxOptionsT(beta=1.0))

    def serialize(self) -> bytes:
        """Return the file, without the tensors, buffers and operator codes that nothing uses any more."""
        import flatbuffers

        self._drop_unused()
        schema = self._schema

        class AlignedBuffer(schema.BufferT):  # type: ignore[name-defined]
            def Pack(self, builder: Any) -> int:  # noqa: N802
                data = None if self.data is None else _aligned_vector(builder, bytes(self.data))
                schema.BufferStart(builder)
                if data is not None:
                    schema.BufferAddData(builder, data)
                position: int = schema.BufferEnd(builder)
                return position

        self._model.buffers = [AlignedBuffer(data=buffer.data) for buffer in self._model.buffers]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self._model.Pack(builder), IDENTIFIER)
        return bytes(builder.Output())

    def _drop_unused(self) -> None:
        model, graph = self._model, self._graph
        ends = [end for signature in model.signatureDefs or [] for end in (*signature.inputs, *signature.outputs)]
        tensors = sorted(
            {int(i) for op in graph.operators for i in (*op.inputs, *op.outputs) if i >= 0}
            | {int(i) for i in (*graph.inputs, *graph.outputs)}
            | {end.tensorIndex for end in ends}
        )
        moved = {old: new for new, old in enumerate(tensors)}
        moved[-1] = -1
        graph.tensors = [graph.tensors[index] for index in tensors]
        graph.inputs, graph.outputs = ([moved[int(i)] for i in side] for side in (graph.inputs, graph.outputs))
        for operator in graph.operators:
            operator.inputs = [moved[int(i)] for i in operator.inputs]
            operator.outputs = [moved[int(i)] for i in operator.outputs]
        for end in ends:
            end.tensorIndex = moved[end.tensorIndex]
        codes = sorted({operator.opcodeIndex for operator in graph.operators})
        model.operatorCodes = [model.operatorCodes[index] for index in codes]
        for operator in graph.operators:
            operator.opcodeIndex = codes.index(operator.opcodeIndex)
        # Buffer 0 is empty and stands for no data.
        readers = [*graph.tensors, *(model.metadata or [])]
        buffers = sorted({0} | {reader.buffer for reader in readers})
        model.buffers = [model.buffers[index] for index in buffers]
        for reader in readers:
            reader.buffer = buffers.index(reader.buffer)
        model.metadataBuffer = None


def _bring_inside(buffers: Sequence[Any], content: bytes) -> None:
    """Give buffers whose data lie behind the flatbuffer, as converters write large models, their data."""
    for buffer in buffers:
        if buffer.data is None and buffer.offset >= FIRST_OUTSIDE_OFFSET:
            buffer.data = np.frombuffer(content, np.uint8, buffer.size, buffer.offset)


def _aligned_vector(builder: Any, content: bytes) -> int:
    builder.StartVector(1, len(content), ALIGNMENT)
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content
    position: int = builder.EndVector()
    return position
