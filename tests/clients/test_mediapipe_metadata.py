"""What MediaPipe reads in our metadata: its tokens are those that we foretell, its schema has our fields."""

import json
import random
import subprocess
import unicodedata
from pathlib import Path

import pytest

from converters.mediapipe_tokenizer import different_texts, mediapipe_tokens
from converters.model_description import ModelDescription
from converters.tflite_metadata import ENTRY, add_metadata
from edge.pretrained import intents
from edge.tokenizer import Tokenizer
from quantize.tflite_graph import TFLiteGraph
from tests.clients.mediapipe_client import run_mediapipe

pytestmark = pytest.mark.client

LENGTH = 32
DESCRIPTION = ModelDescription("Echo", "Returns what it is given.", "Ada", "mit", "0123")
TEXTS = [
    "Hello, World!",
    "CAF\N{LATIN CAPITAL LETTER E WITH ACUTE} cr\N{LATIN SMALL LETTER E WITH GRAVE}me",
    "\N{CYRILLIC CAPITAL LETTER PE}\N{CYRILLIC SMALL LETTER ER}",
    "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587} \N{HIRAGANA LETTER A}\N{IDEOGRAPHIC FULL STOP}",
    "no\N{NO-BREAK SPACE}break tab\tnew\nline \N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}",
    "[MASK] [SEP] [UNK] ##ing",
    "x" * 100 + " " + "x" * 101,
    "word " * 100,
    "\a bell",
    "",
]
# First and last code point of what random texts are made of.
RANGES = ((0x20, 0x7E), (0x01, 0x24F), (0x370, 0x5FF), (0x2000, 0x30FF), (0x4E00, 0x4E40))


@pytest.fixture(scope="module")
def tokenizer():
    with intents() as folder:
        return Tokenizer(folder)


@pytest.fixture(scope="module")
def texts():
    generator = random.Random(1)
    made = [
        "".join(chr(generator.randint(*borders)) for _ in range(generator.randint(1, 25)))
        for borders in RANGES
        for _ in range(60)
    ]
    return TEXTS + made


def echo(output):
    """Return a .tflite that gives back its token ids, as floats."""
    graph = TFLiteGraph()
    ids, mask, segments = (
        graph.add_tensor(name, (1, LENGTH), "INT32") for name in (b"input_ids", b"attention_mask", b"token_type_ids")
    )
    result = graph.add_tensor(b"result", (1, LENGTH), "FLOAT32")
    graph.operators = [graph.make_operator("CAST", 1, [ids], [result])]
    graph.set_ends({"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}, {output: result})
    return graph.serialize()


def test_mediapipe_s_tokens_are_those_that_we_foretell(mediapipe_python, tokenizer, texts, tmp_path):
    model = tmp_path / "echo.tflite"
    model.write_bytes(add_metadata(echo("sentence_embedding"), DESCRIPTION, tokenizer.vocabulary, ()))

    answers = run_mediapipe(mediapipe_python, "embed", model, texts)

    vocabulary = {token: index for index, token in enumerate(tokenizer.vocabulary)}
    for text, (ids,) in zip(texts, answers, strict=True):
        expected = mediapipe_tokens(text, vocabulary, LENGTH)
        assert ids == expected + [0] * (LENGTH - len(expected)), repr(text)


def test_ascii_texts_get_the_model_s_tokens(tokenizer, texts):
    plain = [text for text in texts if text.isascii() and text.isprintable() and "[" not in text]

    assert len(plain) > 50
    assert different_texts(tokenizer, plain, LENGTH) == []


def test_accents_do_not(tokenizer):
    text = TEXTS[1]
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")

    assert different_texts(tokenizer, [text, bare], LENGTH) == [text]


def test_flatc_reads_every_field_with_mediapipe_s_schema(mediapipe_python, tmp_path):
    import executorch

    labels = tuple(f"label {number}" for number in range(LENGTH))
    graph = TFLiteGraph(add_metadata(echo("logits"), DESCRIPTION, ["[PAD]"], labels))
    (tmp_path / "metadata.bin").write_bytes(graph.metadata(ENTRY))
    # The wheel is not imported: its folder is that of its interpreter.
    (schema,) = mediapipe_python.parents[1].glob(
        "lib/python*/site-packages/mediapipe/tasks/metadata/metadata_schema.fbs"
    )
    flatc = Path(executorch.__path__[0]) / "data" / "bin" / "flatc"

    command = [
        flatc,
        "--json",
        "--strict-json",
        "--raw-binary",
        "-o",
        tmp_path,
        schema,
        "--",
        tmp_path / "metadata.bin",
    ]
    subprocess.run(command, check=True, timeout=60)

    document = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    (subgraph,) = document["subgraph_metadata"]
    assert [document[name] for name in ("name", "description", "author", "license", "version")] == [
        "Echo",
        "Returns what it is given.",
        "Ada",
        "mit",
        "0123",
    ]
    assert document["min_parser_version"] == "1.1.0"
    assert [tensor["name"] for tensor in subgraph["input_tensor_metadata"]] == ["ids", "mask", "segment_ids"]
    assert [tensor["name"] for tensor in subgraph["output_tensor_metadata"]] == ["probabilities", "logits"]
    for tensor in subgraph["output_tensor_metadata"]:
        (file,) = tensor["associated_files"]
        assert (file["name"], file["type"]) == ("labels.txt", "TENSOR_AXIS_LABELS")
    (unit,) = subgraph["input_process_units"]
    assert unit["options_type"] == "BertTokenizerOptions"
    (file,) = unit["options"]["vocab_file"]
    assert (file["name"], file["type"]) == ("vocab.txt", "VOCABULARY")
