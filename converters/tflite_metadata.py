"""TFLite metadata: what a .tflite says of itself, with which MediaPipe Tasks runs it on text.

MediaPipe takes a model as a BERT if it has three int32 inputs, which it tells apart by the names in the metadata, and
reads vocabulary and labels from a zip behind the flatbuffer. Its classifier shows the numbers of an output as they are,
for every output of the model in turn.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping

from converters.flatbuffer_table import Table, write_tables
from converters.model_description import INPUTS, OUTPUTS, ModelDescription
from edge.artifact import TensorSpec
from quantize.tflite_graph import TFLiteGraph

ENTRY = b"TFLITE_METADATA"
IDENTIFIER = b"M001"

# The oldest version of the metadata's schema that knows BERT's tokenizer.
SCHEMA_VERSION = "1.1.0"

VOCABULARY_FILE = "vocab.txt"
LABELS_FILE = "labels.txt"

SEGMENTS = "token_type_ids"
PROBABILITIES = "probabilities"

# What MediaPipe calls our inputs.
INPUT_NAMES = {"input_ids": "ids", "attention_mask": "mask", SEGMENTS: "segment_ids"}

# Values of the schema's enumerations and unions (mediapipe/tasks/metadata/metadata_schema.fbs).
AXIS_LABELS = 2
VOCABULARY = 5
FEATURE_PROPERTIES = 1
BERT_TOKENIZER_OPTIONS = 4

# The oldest date that a zip can hold, so that the same model has the same bytes every day.
DATE = (1980, 1, 1, 0, 0, 0)


def add_metadata(
    content: bytes, description: ModelDescription, vocabulary: Iterable[str], labels: tuple[str, ...]
) -> bytes:
    """Return a .tflite that MediaPipe's text tasks load, computing what it computed.

    It has three inputs: where it lacks ``token_type_ids``, one that nothing reads. With several labels it has the
    softmax of ``logits`` as its first output, ``probabilities``.

    Parameters
    ----------
    vocabulary
        Tokens in the order of their ids.
    labels
        By index of the logits; empty for an embedding.
    """
    graph = TFLiteGraph(content)
    inputs, outputs = graph.ends
    if SEGMENTS not in inputs:
        shape = graph.tensor(inputs["input_ids"]).shape
        inputs[SEGMENTS] = graph.add_tensor(SEGMENTS.encode(), shape, "INT32")
    if len(labels) > 1:
        outputs = {PROBABILITIES: _add_softmax(graph, outputs["logits"]), **outputs}
    graph.set_ends(inputs, outputs)
    table = _model_table(description, tuple(inputs), tuple(outputs), labels)
    graph.set_metadata(ENTRY, write_tables(table, IDENTIFIER), description.summary)
    files = {VOCABULARY_FILE: _lines(vocabulary), **({LABELS_FILE: _lines(labels)} if labels else {})}
    return _with_files(graph.serialize(), files)


def described_inputs(inputs: tuple[TensorSpec, ...]) -> tuple[TensorSpec, ...]:
    """Return what a file takes with metadata that took `inputs` without."""
    if any(spec.name == SEGMENTS for spec in inputs):
        return inputs
    return (*inputs, inputs[0].model_copy(update={"name": SEGMENTS}))


def described_outputs(outputs: tuple[TensorSpec, ...], labels: tuple[str, ...]) -> tuple[TensorSpec, ...]:
    """Return what a file gives with metadata that gave `outputs` without, and has these labels."""
    if len(labels) < 2:
        return outputs
    return (outputs[0].model_copy(update={"name": PROBABILITIES}), *outputs)


def _add_softmax(graph: TFLiteGraph, logits: int) -> int:
    probabilities = graph.add_tensor(PROBABILITIES.encode(), graph.tensor(logits).shape, "FLOAT32")
    graph.operators = [*graph.operators, graph.make_softmax(logits, probabilities)]
    return probabilities


def _model_table(
    description: ModelDescription, inputs: tuple[str, ...], outputs: tuple[str, ...], labels: tuple[str, ...]
) -> Table:
    """Return the schema's ``ModelMetadata``; `inputs` and `outputs` in the graph's order."""
    vocabulary = _file(VOCABULARY_FILE, "Tokens of BERT's tokenizer by their ids", VOCABULARY)
    tokenizer = Table({0: BERT_TOKENIZER_OPTIONS, 1: Table({0: (vocabulary,)})})
    label_files = (_file(LABELS_FILE, "Labels by their indices", AXIS_LABELS),) if labels else ()
    subgraph = Table(
        {
            2: tuple(_tensor(INPUT_NAMES[name], INPUTS[name]) for name in inputs),
            3: tuple(_tensor(name, OUTPUTS[name], label_files) for name in outputs),
            5: (tokenizer,),
        }
    )
    return Table(
        {
            0: description.name,
            1: description.summary,
            2: description.version,
            3: (subgraph,),
            4: description.author,
            5: description.license,
            7: SCHEMA_VERSION,
        }
    )


def _tensor(name: str, description: str, files: tuple[Table, ...] = ()) -> Table:
    """Return a ``TensorMetadata``."""
    content = Table({0: FEATURE_PROPERTIES, 1: Table({})})
    return Table({0: name, 1: description, 3: content, **({6: files} if files else {})})


def _file(name: str, description: str, kind: int) -> Table:
    """Return an ``AssociatedFile``."""
    return Table({0: name, 1: description, 2: kind})


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _with_files(content: bytes, files: Mapping[str, str]) -> bytes:
    """Return `content` with a zip of `files` behind it, stored as they are: MediaPipe reads them in place."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, DATE)
            # Not the system's own number, and permissions of a plain file.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return stream.getvalue()
