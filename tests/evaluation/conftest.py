"""A small bundle of each task, converted by the real converter to ONNX, with fp32 beside int8."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import transformers

from converters import convert
from edge.bundle import artifact_info, write_manifest
from edge.checkpoint import load_checkpoint
from edge.manifest import Manifest, ModelInfo, SamplesInfo, TokenizerInfo
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from tests.checkpoints import save_squeezebert, saved_model

LENGTH = 16
FP32, INT8 = f"onnx-fp32-{LENGTH}", f"onnx-int8-dynamic-{LENGTH}"
TAGS = ("O", "B-person", "I-person", "B-location", "I-location")
# Each is one token of the test vocabulary.
WORDS = (
    *("money", "card", "bank", "account", "balance", "transfer", "pay", "bill", "book", "flight"),
    *("hotel", "weather", "today", "paris", "london", "john", "mary"),
)


@dataclass(frozen=True)
class Trained:
    """A checkpoint, its bundle, and what transformers makes of the checkpoint."""

    checkpoint: Path
    bundle: Path
    model: transformers.PreTrainedModel
    tokenizer: transformers.PreTrainedTokenizerBase

    def run(self, *texts: str) -> transformers.utils.ModelOutput:
        """Run one example without padding, cut to the length."""
        encoded = self.tokenizer(*texts, truncation="longest_first", max_length=LENGTH, return_tensors="pt")
        return self.run_ids(encoded["input_ids"], encoded["token_type_ids"])

    def run_ids(self, ids: torch.Tensor, types: torch.Tensor | None = None) -> transformers.utils.ModelOutput:
        """Run ids (1, tokens) or (1, choices, tokens)."""
        with torch.inference_mode():
            return self.model(input_ids=ids, token_type_ids=types, attention_mask=torch.ones_like(ids))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Trained]:
    """Return a function from a task and its labels to what was made of it, each made once."""
    done: dict[tuple[str, ...], Trained] = {}

    def make(task: str, *labels: str) -> Trained:
        if (task, *labels) not in done:
            folder = tmp_path_factory.mktemp(task)
            options = {"labels": labels} if labels else {}
            checkpoint = save_squeezebert(folder / "checkpoint", task, **options)
            bundle = folder / "bundle"
            _write_bundle(bundle, checkpoint, ("fp32", "int8-dynamic") if task == "text-classification" else ("fp32",))
            tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
            done[task, *labels] = Trained(checkpoint, bundle, saved_model(checkpoint), tokenizer)
        return done[task, *labels]

    return make


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Trained], Path]:
    """Return a function that copies a bundle, for one test to change."""
    return lambda made: Path(shutil.copytree(made.bundle, tmp_path / "bundle"))


@pytest.fixture
def write_rows(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows to a .jsonl file."""

    def write(*rows: dict[str, object]) -> Path:
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


def sentences(count: int, words: int = 6) -> list[str]:
    """Return different texts of up to `words` words, the same each time."""
    draw = random.Random(1)
    return [" ".join(draw.choices(WORDS, k=draw.randint(2, words))) for _ in range(count)]


def _write_bundle(folder: Path, source: Path, recipes: tuple[str, ...]) -> None:
    checkpoint = load_checkpoint(source)
    for name in ("onnx", "tokenizer"):
        (folder / name).mkdir(parents=True)
    tokenizer = Tokenizer(source)
    tokenizer.save(folder / "tokenizer")
    artifacts = convert("onnx", checkpoint, tuple(map(find_recipe, recipes)), LENGTH, folder / "onnx", {})
    write_manifest(
        folder,
        Manifest(
            schema_version=1,
            model=ModelInfo(
                name="small",
                task=checkpoint.task.name,
                labels=list(checkpoint.labels),
                hidden_size=32,
                layers=2,
                groups={},
                parameters=1,
                source_sha256=checkpoint.source_sha256,
            ),
            tokenizer=TokenizerInfo(
                tokenizer_class="BertTokenizer",
                directory="tokenizer",
                vocab_size=len(tokenizer.vocabulary),
                lowercase=True,
                special_tokens=tokenizer.special_ids,
            ),
            vocabulary_pruning=None,
            max_length=LENGTH,
            artifacts=[artifact_info(folder, artifact) for artifact in artifacts],
            golden=[],
            tokenizer_files=[],
            quantization=[],
            targets={},
            toolchain={},
            samples=SamplesInfo(seed=0, calibration_rows=8, verification_rows=8, source_sha256="0" * 64),
        ),
    )
    (folder / "report.json").write_text(json.dumps({"checkpoint": str(source)}))
