"""How well a vocabulary covers texts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.tokenizer import SPECIAL_TOKENS

if TYPE_CHECKING:
    import tokenizers

HELD_OUT_SHARE = 0.1
# Of fewer texts a tenth would say too little.
LEAST_TEXTS_TO_HOLD_OUT = 100
# Draws the same texts each time, so that the same inputs give the same manifest.
SEED = 0
# Bounds the memory that encodings take.
TEXTS_AT_ONCE = 4096


@dataclass(frozen=True)
class Coverage:
    """How a tokenizer splits texts; [CLS] and [SEP] do not count.

    Attributes
    ----------
    unknown_rate
        Share of [UNK] among the tokens.
    tokens_per_text
        Mean number of tokens.
    whole_words
        Share of words, punctuation marks included, that are one token other than [UNK].
    """

    unknown_rate: float
    tokens_per_text: float
    whole_words: float


@dataclass(frozen=True)
class CorpusSplit:
    """Texts to count tokens in, and different texts to measure with."""

    counted: tuple[str, ...]
    measured: tuple[str, ...]
    held_out: bool


def split_corpus(texts: Sequence[str]) -> CorpusSplit:
    """Hold out a tenth of the different texts from counting.

    Of fewer than 100 different texts all are counted and measured, and `held_out` is False.
    """
    different = list(dict.fromkeys(texts))
    if len(different) < LEAST_TEXTS_TO_HOLD_OUT:
        return CorpusSplit(tuple(texts), tuple(different), held_out=False)
    drawn = set(random.Random(SEED).sample(different, round(len(different) * HELD_OUT_SHARE)))
    return CorpusSplit(
        counted=tuple(text for text in texts if text not in drawn),
        measured=tuple(text for text in different if text in drawn),
        held_out=True,
    )


def count_tokens(tokenizer: tokenizers.Tokenizer, texts: Sequence[str]) -> Counter[int]:
    """Return how often each token id occurs in `texts`."""
    counts: Counter[int] = Counter()
    for encoding in _encodings(tokenizer, texts):
        counts.update(encoding.ids)
    return counts


def measure_coverage(tokenizer: tokenizers.Tokenizer, texts: Sequence[str]) -> Coverage:
    """Return how `tokenizer` covers `texts`, of which there is at least one."""
    unknown = tokenizer.get_vocab()[SPECIAL_TOKENS["unk"]]
    tokens = unknown_tokens = words = whole_words = 0
    for encoding in _encodings(tokenizer, texts):
        tokens += len(encoding.ids)
        unknown_tokens += encoding.ids.count(unknown)
        pieces = Counter(encoding.word_ids)
        words += len(pieces)
        whole_words += sum(
            pieces[word] == 1 and index != unknown for word, index in zip(encoding.word_ids, encoding.ids, strict=True)
        )
    return Coverage(
        unknown_rate=unknown_tokens / max(tokens, 1),
        tokens_per_text=tokens / len(texts),
        whole_words=whole_words / max(words, 1),
    )


def _encodings(tokenizer: tokenizers.Tokenizer, texts: Sequence[str]) -> Iterator[tokenizers.Encoding]:
    for begin in range(0, len(texts), TEXTS_AT_ONCE):
        yield from tokenizer.encode_batch(list(texts[begin : begin + TEXTS_AT_ONCE]), add_special_tokens=False)
