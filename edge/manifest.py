"""The bundle's contract: manifest.json, typed.

Android and iOS apps decode the same JSON Schema (docs/manifest.schema.json), which `json_schema` exports. No
absolute path, time stamp or host name stands in a manifest: the same inputs give the same bytes.
"""

import json
from typing import Any, Literal

from pydantic import Field

from edge.artifact import Delegation, FunctionSpec, Strict, TensorSpec

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


class VocabularyPruningInfo(Strict):
    """How much of the vocabulary was kept, and how the same texts are split before and after.

    [CLS] and [SEP] do not count. `whole_words` is the share of words that are one token other than [UNK].
    """

    tokens_before: int
    tokens_after: int
    unknown_rate_before: float
    unknown_rate_after: float
    tokens_per_text_before: float
    tokens_per_text_after: float
    whole_words_before: float
    whole_words_after: float
    measured_texts: int
    held_out: bool
    """Whether the measured texts were held out from counting; of a small corpus all texts are counted and measured."""
    corpus_sha256: str


class SamplesInfo(Strict):
    """Which texts calibrated and verified the artifacts."""

    seed: int
    calibration_rows: int
    verification_rows: int
    source_sha256: str
    """Hash over the texts of the file, or of the built-in sample, that both sets of rows were drawn from."""


class FileInfo(Strict):
    """A file of the bundle, or an .mlpackage folder, and its checksum."""

    file: str
    sha256: str
    bytes: int


class ArtifactInfo(FileInfo):
    """What a runtime loads."""

    id: str
    format: str
    backend: str = ""
    """What the file is written for; empty in bundles that are older than backends."""
    recipe: str
    sequence_lengths: list[int]
    inputs: list[TensorSpec]
    """At the longest length."""
    outputs: list[TensorSpec]
    functions: list[FunctionSpec] = Field(default_factory=list)
    """Which function serves which length, in a file with several; in others empty."""
    minimum_runtime: dict[str, str]
    delegation: Delegation
    parity: dict[str, float]
    accuracy: dict[str, float]
    layer_values: FileInfo | None = None
    """What the encoder's layers compute on one text; `verify` names the operator that does not."""

    @property
    def runtime_options(self) -> dict[str, str]:
        """What `edge.runtimes.load_runtime` needs beside the file to load the last of `functions`."""
        return {"function": self.functions[-1].name} if self.functions else {}

    def by_length(self) -> "list[ArtifactInfo]":
        """Return this artifact as one for each of its lengths, ascending, each with the function that serves it."""
        if not self.functions:
            return [self]
        return [
            self.model_copy(
                update={
                    "sequence_lengths": [each.sequence_length],
                    "inputs": each.inputs,
                    "outputs": each.outputs,
                    "functions": [each],
                }
            )
            for each in self.functions
        ]


class Manifest(Strict):
    """manifest.json of a bundle."""

    schema_version: Literal[1]
    model: ModelInfo
    tokenizer: TokenizerInfo
    vocabulary_pruning: VocabularyPruningInfo | None
    """None where the whole vocabulary was kept."""
    max_length: int
    artifacts: list[ArtifactInfo]
    golden: list[FileInfo]
    tokenizer_files: list[FileInfo]
    quantization: list[FileInfo]
    """Tables of each calibrated recipe's sensitivity, layer by layer."""
    targets: dict[str, str]
    target_threads: dict[str, int] = Field(default_factory=dict)
    """CPU threads that one inference is fastest with, for each of `targets`; a bundle without it leaves them open."""
    toolchain: dict[str, str]
    samples: SamplesInfo


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of manifest.json."""
    return Manifest.model_json_schema()


def dump(manifest: Manifest) -> str:
    """Return manifest.json's text: sorted keys, two spaces, a final newline."""
    return json.dumps(manifest.model_dump(mode="json"), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
