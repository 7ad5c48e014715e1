"""Tags land on the first piece of each given token, however the tokenizer splits it."""

import pytest

from edge.evaluation.metrics.entities import first_pieces
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_tokenizer


@pytest.fixture
def tokenizer(tmp_path):
    save_tokenizer(tmp_path)
    return Tokenizer(tmp_path)


def first(tokenizer, *tokens, length=32):
    encoding = tokenizer.encode((" ".join(tokens),), length)
    return [
        None if piece is None else tokenizer.token(encoding.input_ids[piece])
        for piece in first_pieces(encoding, tokens)
    ]


def test_word_pieces_and_punctuation_belong_to_their_token(tokenizer):
    assert first(tokenizer, "mary", "xyz", "u.s.", "é", "paris") == ["mary", "x", "u", "e", "paris"]


def test_tokens_that_are_cut_off_have_none(tokenizer):
    assert first(tokenizer, "mary", "xyz", "paris", length=5) == ["mary", "x", None]


def test_tokens_without_any_piece_have_none(tokenizer):
    assert first(tokenizer, "\u200d", "mary", "\u200d", "paris") == [None, "mary", None, "paris"]


def test_spaces_inside_of_a_token_make_no_other_token(tokenizer):
    assert first(tokenizer, "new york", "mary") == ["n", "mary"]
