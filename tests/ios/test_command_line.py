"""``python -m tests.ios_lab`` refuses what it does not know before it installs anything."""

import pytest

from edge.errors import InputError
from tests.ios_lab.__main__ import run


@pytest.mark.parametrize(
    "words", [["unknown"], ["build", "App"], ["vectors", "tokenizer"], ["time-tokenizer", "intents"]]
)
def test_a_word_that_nothing_would_read_is_an_error(words: list[str]) -> None:
    with pytest.raises(InputError, match=r"usage: python -m tests\.ios_lab \[CHECK\]"):
        run(words)
