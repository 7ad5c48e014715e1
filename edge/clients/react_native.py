"""react-native-executorch: the .pte, the tokenizer that its hooks load, and the labels.

Its tokenizer gives a text's tokens without padding, as int64, so the program has to take any number of them.
"""

import json
import shutil
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from edge.artifact import TensorSpec
from edge.bundle import Bundle
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.tasks import find_task

MODEL = "model.pte"
TOKENIZER = "tokenizer.json"
LABELS = "labels.json"

EMBEDDING = "sentence_embedding"


def write(bundle: Bundle, artifact: ArtifactInfo, directory: Path) -> Mapping[str, str]:
    """Write the files; see `edge.clients.client.Client.write`."""
    if any(spec.dtype != "int64" for spec in artifact.inputs):
        raise InputError(
            f"{artifact.id}: takes int32 of one length, and react-native-executorch gives int64 of any length;"
            " build with --input-dtype int64"
        )
    shutil.copyfile(bundle.path(artifact), directory / MODEL)
    length = artifact.sequence_lengths[-1]
    _write_tokenizer(bundle.directory / bundle.manifest.tokenizer.directory / TOKENIZER, length, directory / TOKENIZER)
    if bundle.manifest.model.labels:
        labels = json.dumps(bundle.manifest.model.labels, ensure_ascii=False, indent=1)
        (directory / LABELS).write_text(labels + "\n", encoding="utf-8")
    return {
        "snippet": _snippet(artifact, find_task(bundle.manifest.model.task).positions),
        "inputs": _table(artifact.inputs),
        "outputs": _table(artifact.outputs),
    }


def _write_tokenizer(source: Path, length: int, target: Path) -> None:
    """Copy the tokenizer; longer texts are cut by it, with [SEP] at their end, because nothing else of theirs does."""
    document = json.loads(source.read_text(encoding="utf-8"))
    document["truncation"] = {"direction": "Right", "max_length": length, "strategy": "LongestFirst", "stride": 0}
    document["padding"] = None
    target.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _snippet(artifact: ArtifactInfo, positions: str) -> str:
    is_embedding = [spec.name for spec in artifact.outputs] == [EMBEDDING]
    name = "react_native_embedding.tsx" if is_embedding else "react_native_forward.tsx"
    snippet = (resources.files("edge.clients") / name).read_text(encoding="utf-8").rstrip("\n")
    shapes = ", ".join(f"tensor('float32', [{_extents(spec, positions)}])" for spec in artifact.outputs)
    types = ", tensor('int64', shape, BigInt64Array.from(types))" if len(artifact.inputs) > 2 else ""
    return snippet.replace("/* outputs */", shapes).replace(", /* types */", types)


def _extents(spec: TensorSpec, positions: str) -> str:
    extents = [str(extent) for extent in spec.shape]
    if positions != "one":
        extents[1] = "ids.length"
    return ", ".join(extents)


def _table(specs: list[TensorSpec]) -> str:
    return ", ".join(f"{spec.name} ({spec.dtype}, {' x '.join(map(str, spec.shape))})" for spec in specs)
