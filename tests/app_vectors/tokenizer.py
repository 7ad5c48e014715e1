"""Texts, and what `edge.tokenizer` makes of them, for the tokenizers of the apps to make the same.

`write` writes a folder for each tokenizer of `tokenizer_variants`. Each holds tokenizer.json, which the app reads, and
files of JSON objects, one a line, in ASCII, so that a program needs to hold only one of them:

encodings.jsonl
    ``texts`` (one or two) and ``maxLength`` are what to encode. ``count`` is the number of tokens before any cut,
    special tokens included; ``truncated`` says whether any were cut; and for each token there are ``ids``, ``types``
    (0 for the first text, 1 for the second), ``starts`` and ``ends`` (0 for special tokens) and ``words`` (-1 for
    special tokens).
windows.jsonl
    ``question``, ``context``, ``maxLength`` and ``stride`` are what to encode; ``windows`` is a list of objects with
    ``ids``, ``types``, ``starts``, ``ends``, ``words`` and ``truncated``, as above.
decodings.jsonl
    ``ids`` are what to decode: to ``tokens`` one by one, and together to ``text``.

Starts and ends count UTF-16 code units, as Java's String and Swift's NSString do. The same bytes are written each time.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from edge.tokenizer import Encoding, Tokenizer
from tests.app_vectors.random_texts import every_character, every_remarkable_character, long_words, mixed
from tests.app_vectors.real_texts import clinc150, wnut17
from tests.app_vectors.tokenizer_variants import variants

NO_CUT = 100_000
LENGTHS = (3, 4, 5, 8, 16, 17, 32, 64, 128)
STRIDES = (0, 1, 8, 64, 1000)
TOKENS_A_TEXT = 24


def write(folder: Path) -> Path:
    """Write the vectors into a folder `tokenizer` in an existing one, in place of one that is there; return it."""
    root = folder / "tokenizer"
    shutil.rmtree(root, ignore_errors=True)
    for number, (name, state) in enumerate(variants().items()):
        directory = root / name
        directory.mkdir(parents=True)
        (directory / "tokenizer.json").write_text(json.dumps(state()) + "\n", encoding="ascii")
        tokenizer = Tokenizer(directory)
        generator = random.Random(number)
        texts = list(_texts(name, tokenizer, number))
        _write(directory / "encodings.jsonl", chain(_singles(tokenizer, texts), _pairs(tokenizer, texts, generator)))
        _write(directory / "windows.jsonl", _windows(tokenizer, texts, generator))
        _write(directory / "decodings.jsonl", _decodings(tokenizer, generator))
    return root


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def _texts(name: str, tokenizer: Tokenizer, seed: int) -> Iterator[str]:
    yield ""
    yield from long_words()
    yield from mixed(4000 if name in ("minilm", "characters") else 2000, seed)
    # One variant sees every code point, the others those that are not alike.
    yield from every_character(seed) if name == "characters" else every_remarkable_character(seed)
    if name == "minilm":
        yield from clinc150()
        yield from wnut17()
        yield from _vocabulary_texts(tokenizer)
    elif name == "intents":
        yield from clinc150()[seed::3]
        yield from _vocabulary_texts(tokenizer)
    elif name == "cased":
        yield from wnut17()
    else:
        yield from wnut17()[seed::10]


def _vocabulary_texts(tokenizer: Tokenizer) -> Iterator[str]:
    """Yield texts whose encodings hold every token of the vocabulary that a text can come to."""
    tokens = tokenizer.vocabulary
    letter = _lone_letter(tokenizer)
    for first in range(0, len(tokens), TOKENS_A_TEXT):
        part = tokens[first : first + TOKENS_A_TEXT]
        yield " ".join(part)
        # Behind any other beginning, the longest match would cut a word elsewhere.
        if pieces := [letter + token[2:] for token in part if token.startswith("##")]:
            yield " ".join(pieces)


def _lone_letter(tokenizer: Tokenizer) -> str:
    """Return a token of one letter which begins no other one: what is behind it is always a piece of its own."""
    begun = Counter(token[0] for token in tokenizer.vocabulary)
    letters = (token for token in tokenizer.vocabulary if token.isalpha() and len(token) == 1 and begun[token] == 1)
    for letter in letters:
        made = [tokenizer.token(index) for index in tokenizer.encode((f"{letter}s",), NO_CUT).input_ids]
        # Not one that the normalizer changes.
        if made == ["[CLS]", letter, "##s", "[SEP]"]:
            return letter
    raise ValueError("every letter of this vocabulary begins another token")


def _singles(tokenizer: Tokenizer, texts: list[str]) -> Iterator[dict[str, Any]]:
    for text in texts:
        yield _encoding(tokenizer, (text,), NO_CUT)
    for number, text in enumerate(texts[::50]):
        yield _encoding(tokenizer, (text,), LENGTHS[number % len(LENGTHS)])


def _pairs(tokenizer: Tokenizer, texts: list[str], generator: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(800):
        first, second = (" ".join(generator.choices(texts, k=generator.choice((1, 1, 1, 3, 12)))) for _ in range(2))
        if number % 10 == 0:
            first, second = ("", second) if number % 20 else (first, "")
        yield _encoding(tokenizer, (first, second), generator.choice(LENGTHS) if number % 5 else NO_CUT)


def _encoding(tokenizer: Tokenizer, texts: tuple[str, ...], length: int) -> dict[str, Any]:
    encoding = tokenizer.encode(texts, length)
    return {
        "texts": list(texts),
        "maxLength": length,
        "count": tokenizer.count(texts) if encoding.truncated else len(encoding.input_ids),
        **_fields(encoding, texts),
    }


def _windows(tokenizer: Tokenizer, texts: list[str], generator: random.Random) -> Iterator[dict[str, Any]]:
    for _ in range(200):
        question = generator.choice(texts)
        context = " ".join(generator.choices(texts, k=generator.choice((0, 1, 3, 10))))
        # From no room but for one token of the context on.
        length = tokenizer.count((question,)) + 2 + generator.choice((0, 1, 5, 30, 200, 2000))
        stride = generator.choice(STRIDES)
        # Windows that go on by one token would fill the file.
        if tokenizer.count((context,)) > 500:
            length, stride = length + 100, min(stride, 64)
        windows = tokenizer.encode_windows(question, context, length, stride)
        yield {
            "question": question,
            "context": context,
            "maxLength": length,
            "stride": stride,
            "windows": [_fields(window, (question, context)) for window in windows],
        }


def _decodings(tokenizer: Tokenizer, generator: random.Random) -> Iterator[dict[str, Any]]:
    size = len(tokenizer.vocabulary)
    every = [list(range(first, first + 50)) for first in range(0, size + 50, 50)]
    some = [[generator.randrange(size) for _ in range(generator.randint(0, 12))] for _ in range(500)]
    contractions = ["don't do not stop . I 'm ' here ' , we 've n't", "[CLS] it 's [MASK] ! ? [SEP]"]
    for ids in (*every, *some, *(list(tokenizer.encode((text,), NO_CUT).input_ids) for text in contractions)):
        yield {"ids": ids, "tokens": [tokenizer.token(index) for index in ids], "text": tokenizer.decode(ids)}


def _fields(encoding: Encoding, texts: tuple[str, ...]) -> dict[str, Any]:
    units = [_units(text) for text in texts]
    # Special tokens are at 0, which is 0 in either text.
    places = [
        (units[kind][start], units[kind][end])
        for kind, (start, end) in zip(encoding.token_type_ids, encoding.offsets, strict=True)
    ]
    return {
        "ids": encoding.input_ids,
        "types": encoding.token_type_ids,
        "starts": [start for start, _ in places],
        "ends": [end for _, end in places],
        "words": [-1 if word is None else word for word in encoding.words],
        "truncated": encoding.truncated,
    }


def _units(text: str) -> range | list[int]:
    """Return the UTF-16 index of each character of `text` and of its end."""
    if text.isascii() or max(text, default="") < "\U00010000":
        return range(len(text) + 1)
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
