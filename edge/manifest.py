"""The bundle's contract: manifest.json, typed.

Android and iOS apps decode the same JSON Schema (docs/manifest.schema.json), which `json_schema` exports. No
absolute path, time stamp or host name stands in a manifest: the same inputs give the same bytes.
"""

import json
from typing import Any, Literal

from edge.artifact import Delegation, Strict, TensorSpec

SCHEMA_VERSION: Literal[1] = 1


class ModelInfo(Strict):
    """What was trained."""

    name: str
    task: str
    labels: list[str]
    hidden_size: int
    layers: int
    groups: dict[str, int]
    """Groups of each position-wise layer: q, k, v, post_attention, intermediate, output."""
    parameters: int
    source_sha256: str


class TokenizerInfo(Strict):
    """How texts become token ids; the files lie in the bundle's tokenizer folder."""

    tokenizer_class: str
    directory: str
    vocab_size: int
    lowercase: bool
    special_tokens: dict[str, int]
    """Token ids of unk, sep, pad, cls and mask."""


class FileInfo(Strict):
    """A file of the bundle, or an .mlpackage folder, and its checksum."""

    file: str
    sha256: str
    bytes: int


class ArtifactInfo(FileInfo):
    """What a runtime loads."""

    id: str
    format: str
    recipe: str
    sequence_lengths: list[int]
    inputs: list[TensorSpec]
    outputs: list[TensorSpec]
    minimum_runtime: dict[str, str]
    delegation: Delegation
    parity: dict[str, float]
    accuracy: dict[str, float]


class Manifest(Strict):
    """manifest.json of a bundle."""

    schema_version: Literal[1]
    model: ModelInfo
    tokenizer: TokenizerInfo
    max_length: int
    artifacts: list[ArtifactInfo]
    golden: list[FileInfo]
    tokenizer_files: list[FileInfo]
    targets: dict[str, str]
    toolchain: dict[str, str]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of manifest.json."""
    return Manifest.model_json_schema()


def dump(manifest: Manifest) -> str:
    """Return manifest.json's text: sorted keys, two spaces, a final newline."""
    return json.dumps(manifest.model_dump(mode="json"), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
