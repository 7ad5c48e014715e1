"""XNNPACK's part of a .pte: a graph of its own, in the flatbuffer schema that executorch ships."""

import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

BACKEND = "XnnpackBackend"

# Of a constant that lies in the payload itself.
NO_KEY = ""

# XNNPACK's names of number types say how they are quantized too; a size needs only the type.
_DTYPES = {
    "fp32": "float32",
    "fp16": "float16",
    "bf16": "bfloat16",
    "qint8": "int8",
    "qcint8": "int8",
    "quint8": "uint8",
    "qcint4": "int4",
    "qbint4": "int4",
    "int32": "int32",
    "qint32": "int32",
    "qcint32": "int32",
}


@dataclass(frozen=True)
class StoredTensor:
    """One constant of the graph; where several payloads share it, its `key` is the same, and not `NO_KEY`."""

    key: str
    dtype: str
    bytes: int


@dataclass(frozen=True)
class Graph:
    """What XNNPACK runs: operator types and constants."""

    operators: Counter[str]
    constants: list[StoredTensor]


def read_payload(payload: bytes) -> Graph:
    """Read what the XNNPACK backend is handed.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    from executorch.backends.xnnpack.serialization.xnnpack_graph_serialize import XNNHeader

    header = XNNHeader.from_bytes(payload[: XNNHeader.EXPECTED_LENGTH])
    document = _decode(payload[header.flatbuffer_offset : header.flatbuffer_offset + header.flatbuffer_size])
    return Graph(
        operators=Counter(node["xnode_union_type"] for node in document["xnodes"]),
        constants=list(_constants(document)),
    )


def _constants(document: dict[str, Any]) -> Iterator[StoredTensor]:
    dtypes: dict[int, str] = {}
    for value in document["xvalues"]:
        tensor = value["xvalue_union"]
        dtypes[tensor.get("tensor_value", tensor)["constant_buffer_idx"]] = _dtype(tensor)
        if scales := tensor.get("quant_params", {}).get("scale_buffer_idx"):
            # Scales of blocks are bfloat16, those of channels float32.
            dtypes[scales] = "bfloat16" if "group_size" in tensor["quant_params"] else "float32"
    # Buffer 0 stands for values that are no constants.
    for index, stored in enumerate(document["constant_data"][1:], start=1):
        yield StoredTensor(stored["named_key"], dtypes.get(index, "unknown"), stored["size"])


def _dtype(tensor: dict[str, Any]) -> str:
    name: str = tensor.get("tensor_value", tensor)["datatype"].removeprefix("xnn_datatype_")
    return _DTYPES.get(name, name)


def _decode(flatbuffer: bytes) -> dict[str, Any]:
    """Return the graph as executorch's own flatc and schema decode it."""
    from executorch.backends.xnnpack import serialization
    from executorch.exir._serialize._flatbuffer import _get_flatc_path

    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        folder = Path(name)
        (folder / "graph.bin").write_bytes(flatbuffer)
        (folder / "schema.fbs").write_bytes(resources.files(serialization).joinpath("schema.fbs").read_bytes())
        arguments = ["--json", "--strict-json", "--defaults-json", "--raw-binary", "schema.fbs", "--", "graph.bin"]
        try:
            subprocess.run([_get_flatc_path(), *arguments], cwd=folder, capture_output=True, check=True)
        except subprocess.CalledProcessError as error:
            raise ValueError("the graph of a delegate cannot be decoded") from error
        text = (folder / "graph.json").read_text(encoding="utf-8")
    # flatc writes the infinite bounds of an activation in a way that JSON does not have.
    document: dict[str, Any] = json.loads(re.sub(r"(?<=: )-?(inf|nan)\b", "null", text))
    return document
