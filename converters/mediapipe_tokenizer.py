"""How MediaPipe Tasks cuts a text into tokens, so that its tokens can be compared with the checkpoint's.

Its BertTokenizer reads nothing but the vocabulary (mediapipe/tasks/cc/text/tokenizers/bert_tokenizer.cc,
mediapipe/calculators/tensor/bert_preprocessor_calculator.cc, of version 1.2): the letters A to Z are always lowered, no
other letter is; accents and control characters stay; a word breaks at ASCII white space, punctuation and Chinese
characters; [MASK] in a text is punctuation and a word.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from edge.tokenizer import SPECIAL_TOKENS, Tokenizer

WHITE_SPACE = "\t\n\f\r "
LONGEST_WORD = 100  # bytes
CONTINUATION = "##"

# First and last code point.
CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def mediapipe_tokens(text: str, vocabulary: Mapping[str, int], max_length: int) -> list[int]:
    """Return the ids that MediaPipe gives a model of `max_length` tokens for `text`, without padding."""
    lowered = "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)
    pieces = [piece for word in _words(lowered) for piece in _word_pieces(word, vocabulary)]
    ids = [vocabulary[SPECIAL_TOKENS["cls"]], *pieces[: max_length - 2], vocabulary[SPECIAL_TOKENS["sep"]]]
    return ids


def different_texts(tokenizer: Tokenizer, texts: Iterable[str], max_length: int) -> list[str]:
    """Return the texts for which MediaPipe's tokens are not those of the checkpoint's `tokenizer`."""
    vocabulary = {token: index for index, token in enumerate(tokenizer.vocabulary)}
    return [
        text
        for text in texts
        if list(tokenizer.encode((text,), max_length).input_ids) != mediapipe_tokens(text, vocabulary, max_length)
    ]


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter in WHITE_SPACE or _is_punctuation(letter) or _is_chinese(letter):
            if word:
                yield word
            word = ""
            if letter not in WHITE_SPACE:
                yield letter
        else:
            word += letter
    if word:
        yield word


def _word_pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """Return the longest pieces from the left; [UNK] alone if a rest is not in the vocabulary."""
    unknown = [vocabulary[SPECIAL_TOKENS["unk"]]]
    if len(word.encode()) > LONGEST_WORD:
        return unknown
    pieces: list[int] = []
    start = 0
    while start < len(word):
        prefix = CONTINUATION if start else ""
        ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in vocabulary)
        end = next(ends, None)
        if end is None:
            return unknown
        pieces.append(vocabulary[prefix + word[start:end]])
        start = end
    return pieces


def _is_punctuation(letter: str) -> bool:
    ascii_symbol = "!" <= letter <= "/" or ":" <= letter <= "@" or "[" <= letter <= "`" or "{" <= letter <= "~"
    return ascii_symbol or unicodedata.category(letter).startswith("P")


def _is_chinese(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in CHINESE)
