"""Texts that nobody would write: every character, and what tokenizers go wrong with, at random from a seed."""

import random
import unicodedata
from collections.abc import Callable, Iterator

from tests.app_vectors.unicode_table import CODE_POINTS

_A_TEXT = 64
_UNREMARKABLE = {"Cn", "Co"}  # not assigned, private use: 970,000 that are all alike
_SPECIAL_TOKENS = ("[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[mask]", "[MASK", "[[MASK]]", "[ MASK ]", "##ing")
_EMOJI = (
    "\U0001f600",
    "\U0001f469\u200d\U0001f4bb",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f1e9\U0001f1ea",
    "\U0001f44d\U0001f3fd",
    "\u2764\ufe0f",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
)
_DIFFICULT_LETTERS = (
    "\u0130I\u0131i\u1e9e\xdf\u03a3\u03c3\u03c2\u01c4\u01c5\u01c6\ufb01\u2126\u212a\u212b\u1f80\u1fb3\u0344\u0340\u0343"
    "\u0345\u0f71\u0f72\u0f73\u0f81\u09cb\u0dde\u302e\u3099\U0001d15e\U0001d160\U0001d165\U0001d16d\U000110ab\u1e69"
)
_WORDS = (
    *("the", "them", "Bank", "caf\xe9", "CAFE\u0301", "na\xefve", "\xc5ngstr\xf6m", "don't", "U.S.A.", "e-mail"),
    *("3,000", "unaffable", "x", "A", "!", "!!", "_", "x x", " ! ", "\U0001f600", "\u4f60"),
)
_LONG_WORDS = (1, 2, 50, 98, 99, 100, 101, 102, 200, 1000)


def every_character(seed: int) -> Iterator[str]:
    """Yield texts that hold every code point but surrogates once, by general category, each before an ``x``."""
    yield from _texts_of(CODE_POINTS, seed)


def every_remarkable_character(seed: int) -> Iterator[str]:
    """Yield the same for assigned characters, without Chinese and Korean ones, of which one in 64 is taken."""
    alike = [range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0x17000, 0x18D00), range(0x20000, 0x40000)]
    points = [point for point in CODE_POINTS if not any(point in part and point % 64 for part in alike)]
    yield from _texts_of([point for point in points if unicodedata.category(chr(point)) not in _UNREMARKABLE], seed)


def _texts_of(points: list[int], seed: int) -> Iterator[str]:
    generator = random.Random(seed)
    categories: dict[str, list[str]] = {}
    for character in map(chr, points):
        categories.setdefault(unicodedata.category(character), []).append(character)
    for _, characters in sorted(categories.items()):
        generator.shuffle(characters)
        for first in range(0, len(characters), _A_TEXT):
            yield " ".join(f"{character}x" for character in characters[first : first + _A_TEXT])


def mixed(number: int, seed: int) -> Iterator[str]:
    """Yield texts of marks, Korean, Chinese, emoji, controls, spaces, punctuation, special tokens and words, mixed."""
    generator = random.Random(seed)
    by_category: dict[str, list[str]] = {}
    marks = []
    for character in map(chr, CODE_POINTS):
        by_category.setdefault(unicodedata.category(character), []).append(character)
        if unicodedata.combining(character):
            marks.append(character)
    spaces = [*by_category["Zs"], *by_category["Zl"], *by_category["Zp"], *"\t\n\r\x0b\x0c\x1c\x85"]
    controls = [*by_category["Cc"], *by_category["Cf"], "\ufffd", "\x00"]
    punctuation = [character for name, those in by_category.items() if name[0] in "PS" for character in those]
    pieces: list[Callable[[], str]] = [
        lambda: "".join(generator.choices(marks, k=generator.randint(1, 4))),
        lambda: chr(generator.randint(0xAC00, 0xD7A3)),
        lambda: chr(generator.randint(0x1100, 0x11FF)),
        lambda: chr(generator.choice((0x4E00, 0x3400, 0xF900, 0x20000, 0x2F800)) + generator.randint(0, 255)),
        lambda: generator.choice(_EMOJI),
        lambda: generator.choice(controls),
        lambda: generator.choice(spaces),
        lambda: " ",
        lambda: generator.choice(punctuation),
        lambda: generator.choice(_SPECIAL_TOKENS),
        lambda: generator.choice(_DIFFICULT_LETTERS),
        lambda: generator.choice(_WORDS),
        lambda: generator.choice(generator.choice([those for name, those in by_category.items() if name != "Cs"])),
        lambda: chr(generator.randint(0x20, 0x24F)),
    ]
    for _ in range(number):
        # A few kinds a text: of all fourteen, two of a kind would hardly ever meet.
        kinds = generator.sample(pieces, generator.randint(2, 6))
        yield "".join(generator.choice(kinds)() for _ in range(generator.randint(1, 30)))


def long_words() -> Iterator[str]:
    """Yield words of about 100 characters, which is the most that a word may have, of several kinds of characters."""
    for length in _LONG_WORDS:
        for letter in ("a", "A", "\xe9", "e\u0301", "\u0301", "\U0001d51e", "\uac01", "\u4f60", "\u200b", "!"):
            yield letter * length
            yield f"the {letter * length}s. {'a' * (length - 1)}{letter}"
