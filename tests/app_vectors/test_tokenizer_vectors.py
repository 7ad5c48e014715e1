"""The tokenizer's vectors hold what the apps must get right, the same each time."""

import hashlib
import json
import random
from itertools import islice
from pathlib import Path

import pytest

from edge.tokenizer import Tokenizer
from tests.app_vectors import tokenizer as vectors
from tests.app_vectors.random_texts import every_character, long_words, mixed
from tests.app_vectors.real_texts import FOLDER, clinc150, wnut17
from tests.app_vectors.tokenizer_variants import SPECIAL_TOKENS, variants
from tests.app_vectors.unicode_table import CODE_POINTS, TABLES


def read_variant(name: str, folder: Path) -> Tokenizer:
    (folder / "tokenizer.json").write_text(json.dumps(variants()[name]()), encoding="ascii")
    return Tokenizer(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    """Return the tokenizer of the pretrained intents."""
    return read_variant("intents", tmp_path_factory.mktemp("intents"))


def always_alone() -> set[str]:
    """Return the characters that BERT makes words of their own, as the apps' table has them."""
    lines = [line.split() for line in TABLES["android"].read_text(encoding="ascii").splitlines()]
    ranges = [item.split("-") for name, *items in lines if name in ("punctuation", "ideograph") for item in items]
    return {chr(point) for ends in ranges for point in range(int(ends[0], 16), int(ends[-1], 16) + 1)}


def test_real_texts_are_all_there_and_named() -> None:
    assert (len(clinc150()), len(wnut17())) == (23_700, 5_690)
    attribution = (FOLDER / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.glob("*.xz")} <= set(attribution.split())


def test_every_code_point_is_in_a_text() -> None:
    assert {ord(character) for text in every_character(0) for character in text} >= set(CODE_POINTS)


def test_words_of_100_and_of_101_characters_are_among_the_texts() -> None:
    assert {100, 101} <= {len(word) for text in long_words() for word in text.split()}


def test_special_tokens_are_among_the_random_texts() -> None:
    texts = list(mixed(500, 0))

    assert all(any(token in text for text in texts) for token in SPECIAL_TOKENS)


def test_the_same_seed_gives_the_same_texts() -> None:
    digests = {hashlib.sha256("\n".join(mixed(200, 3)).encode()).hexdigest() for _ in range(2)}

    assert len(digests) == 1


@pytest.mark.parametrize(("name", "unreachable"), [("intents", 1), ("minilm", 1331)])
def test_every_token_that_a_text_can_come_to_is_among_the_encodings(
    name: str, unreachable: int, tmp_path: Path
) -> None:
    tokenizer = read_variant(name, tmp_path)
    tokens = set(tokenizer.vocabulary)
    texts = vectors._vocabulary_texts(tokenizer)
    met = {tokenizer.token(index) for text in texts for index in tokenizer.encode((text,), vectors.NO_CUT).input_ids}
    # Punctuation is never in a word with anything else, and so are ideographs.
    cut = {token for token in tokens if token.startswith("[unused") or token == "..."}
    cut |= {f"##{character}" for character in always_alone()} & tokens
    assert tokens - met == cut
    assert len(cut) == unreachable


def test_pairs_are_among_the_encodings_cut_and_uncut(small: Tokenizer) -> None:
    rows = list(islice(vectors._pairs(small, ["pay my bill today", "book a flight"], random.Random(0)), 50))
    assert all(len(row["texts"]) == 2 for row in rows)
    assert {row["truncated"] for row in rows} == {True, False}


def test_offsets_are_utf_16() -> None:
    assert list(vectors._units("a\U0001f600b")) == [0, 1, 3, 4]
    assert list(vectors._units("a\u4f60b")) == [0, 1, 2, 3]


def test_files_are_as_documented(small: Tokenizer, tmp_path: Path) -> None:
    lines = islice(vectors._singles(small, ["pay my \U0001f600 bill"]), 1)
    vectors._write(tmp_path / "encodings.jsonl", lines)

    (line,) = (tmp_path / "encodings.jsonl").read_text(encoding="ascii").splitlines()
    row = json.loads(line)
    assert list(row) == ["texts", "maxLength", "count", "ids", "types", "starts", "ends", "words", "truncated"]
    assert (row["starts"], row["ends"]) == ([0, 0, 4, 7, 10, 0], [0, 3, 6, 9, 14, 0])
    assert row["words"] == [-1, 0, 1, 2, 3, -1]
