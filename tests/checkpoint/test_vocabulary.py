"""Tokenizer files beside the weights."""

import pytest

from edge.checkpoint import load_checkpoint
from tests.checkpoints import VOCABULARY, change_json, save_tokenizer


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json"])
def test_either_vocabulary_is_enough(squeezebert, name):
    (squeezebert / name).unlink()

    load_checkpoint(squeezebert)


def test_neither_vocabulary_is_refused(squeezebert, refusal):
    (squeezebert / "vocab.txt").unlink()
    (squeezebert / "tokenizer.json").unlink()

    assert f"{squeezebert}: neither vocab.txt nor tokenizer.json" in refusal(squeezebert)


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json"])
def test_token_without_a_row_is_refused(squeezebert, refusal, name):
    save_tokenizer(squeezebert, [*VOCABULARY, "extra"])
    for other in {"vocab.txt", "tokenizer.json"} - {name}:
        (squeezebert / other).unlink()

    assert f"{squeezebert / name}: 199 tokens, but the model embeds 198" in refusal(squeezebert)


def test_added_tokens_count(squeezebert, refusal):
    change_json(squeezebert / "tokenizer.json", added_tokens=[{"id": 300, "content": "<new>"}])

    assert "301 tokens, but the model embeds 198" in refusal(squeezebert)


@pytest.mark.parametrize(
    "fields",
    [
        {"model": ...},
        {"model": {"vocab": 3}},
        {"model": {"vocab": {}}, "added_tokens": []},
        {"model": {"vocab": {"a": "0"}}},
        {"added_tokens": [3]},
        {"added_tokens": [{}]},
    ],
)
def test_malformed_tokenizer_is_refused(squeezebert, refusal, fields):
    change_json(squeezebert / "tokenizer.json", **fields)

    assert refusal(squeezebert).startswith(f"{squeezebert / 'tokenizer.json'}: ")


@pytest.mark.parametrize("content", [b"", b"\xff\n"])
def test_malformed_vocabulary_is_refused(squeezebert, refusal, content):
    (squeezebert / "vocab.txt").write_bytes(content)

    assert refusal(squeezebert).startswith(f"{squeezebert / 'vocab.txt'}: ")
