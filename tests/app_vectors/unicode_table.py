"""The characters' properties that BERT's tokenizer depends on, found by asking the `tokenizers` library.

``python -m tests.app_vectors.unicode_table`` writes the table that both apps carry. Phones differ in their version of
Unicode, and the library mixes several; the apps use the library's, whatever the phone has.

The table is text. A line that starts with ``#`` is a comment. Each other line is a name, a space, and items with a
space between them; numbers are hexadecimal code points:

``<property> 0-8 b e-1f ...``
    The characters with this property, as ranges with both ends included. The properties are

    - ``control``: removed by BertNormalizer's `clean_text`
    - ``whitespace``: splits words; `clean_text` makes it a space
    - ``ideograph``: put between spaces by `handle_chinese_chars`
    - ``punctuation``: a word of its own for BertPreTokenizer
    - ``accent``: removed by BertNormalizer's `strip_accents`, after decomposition
    - ``mark``: removed by the StripAccents normalizer
    - ``word``: part of a word for an added token with `single_word`

``class-<number> 300-314 ...``
    Characters whose canonical combining class is this decimal number; 0 where no line says another.
``decomposition c0=41.300 ...``
    Full canonical decompositions, without Hangul syllables, which are computed.
``lowercase 41=61 ...``
    Lower-cased characters, each by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

_REPOSITORY = Path(__file__).resolve().parents[2]
TABLES = {
    "android": _REPOSITORY
    / "android_demo/edge-text/src/main/resources/org/squeezebert/edge/text/tokenizer/unicode.txt",
    "ios": _REPOSITORY / "ios_demo/EdgeKit/Sources/EdgeKit/Resources/unicode.txt",
}
# A surrogate is no character of the library's.
CODE_POINTS = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)
_CHUNK = 512
# Marks of the lowest canonical combining class, 1, and of the highest, 240.
_LOWEST, _HIGHEST = "\u0334", "\u0345"


def table() -> str:
    """Return the table of the installed library."""
    cleaned = each_character(normalizers.BertNormalizer(True, False, False, False).normalize_str, "z")
    decomposed = each_character(normalizers.NFD().normalize_str, "\n")
    lowered = each_character(normalizers.Lowercase().normalize_str, "\n")
    spaced = each_character(normalizers.BertNormalizer(False, True, False, False).normalize_str, "\n")
    stripped = each_character(normalizers.BertNormalizer(False, False, True, False).normalize_str, "\n")
    without_marks = each_character(normalizers.StripAccents().normalize_str, "\n")
    whitespace, punctuation = _split()
    word, regex_space = _beside_an_added_token()
    _check(whitespace, regex_space, cleaned, decomposed)
    properties = {
        "control": (point for point in CODE_POINTS if not cleaned[point]),
        "whitespace": whitespace,
        "ideograph": (point for point in CODE_POINTS if spaced[point] != chr(point)),
        "punctuation": punctuation,
        "accent": (point for point in CODE_POINTS if not stripped[point] and decomposed[point] == chr(point)),
        "mark": (point for point in CODE_POINTS if not without_marks[point]),
        "word": word,
    }
    lines = [
        f"# Generated from tokenizers {tokenizers.__version__}: python -m tests.app_vectors.unicode_table",
        "# That module's documentation describes the format.",
        *(f"{name} {_ranges(points)}" for name, points in properties.items()),
        *(f"class-{number} {_ranges(points)}" for number, points in sorted(_combining_classes().items())),
        f"decomposition {_mapping(decomposed, skip=HANGUL)}",
        f"lowercase {_mapping(lowered)}",
    ]
    return "\n".join(lines) + "\n"


def _chunks() -> Iterator[list[int]]:
    # ASCII one by one: the separators are among it.
    yield from ([point] for point in range(0x80))
    rest = CODE_POINTS[0x80:]
    yield from (rest[first : first + _CHUNK] for first in range(0, len(rest), _CHUNK))


def each_character(function: Callable[[str], str], separator: str) -> dict[int, str]:
    """Return what `function` makes of each character, many at a time, between separators that it keeps."""
    made: dict[int, str] = {}
    for chunk in _chunks():
        if len(chunk) == 1:
            made[chunk[0]] = function(chr(chunk[0]))
            continue
        parts = function(separator.join(map(chr, chunk))).split(separator)
        made.update(zip(chunk, parts, strict=True))
    return made


def _split() -> tuple[set[int], set[int]]:
    """Return the characters that split words and go, and those that become words of their own."""
    pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    whitespace, punctuation = set(), set()
    for chunk in _chunks():
        pieces = pre_tokenizer.pre_tokenize_str("".join(f"x{chr(point)}x\n" for point in chunk))
        starts = {start for _, (start, _) in pieces}
        for index, point in enumerate(chunk):
            if 4 * index + 1 in starts:
                punctuation.add(point)
            elif 4 * index + 2 in starts:
                whitespace.add(point)
    return whitespace, punctuation


def _beside_an_added_token() -> tuple[set[int], set[int]]:
    """Return the characters that make an added token part of a word, and those that `lstrip` takes to it."""
    word, space = set(), set()
    for chunk in _chunks():
        content = "\u2603" if 0x2603 not in chunk else "\u2604"
        text = "".join(f"{chr(point)}{content} " for point in chunk)
        single_word = _offsets_of(AddedToken(content, single_word=True, normalized=False), text)
        with_space = _offsets_of(AddedToken(content, lstrip=True, normalized=False), text)
        starts, starts_with_space = {start for start, _ in single_word}, {start for start, _ in with_space}
        for index, point in enumerate(chunk):
            if 3 * index + 1 not in starts:
                word.add(point)
            if 3 * index + 1 not in starts_with_space:
                space.add(point)
    return word, space


def _offsets_of(token: AddedToken, text: str) -> list[tuple[int, int]]:
    """Return where an added token is found; everything else in the text is unknown."""
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.add_tokens([token])
    encoding = tokenizer.encode(text)
    return [place for place, index in zip(encoding.offsets, encoding.ids, strict=True) if index == 1]


def _combining_classes() -> dict[int, list[int]]:
    """Return the characters of each canonical combining class but 0.

    The library does not say the number, but it sorts: a mark goes before another one of a higher class. Each is
    compared with one mark of each class, of those that Python's and the library's Unicode have.
    """
    nfd = normalizers.NFD().normalize_str
    after_lowest = each_character(lambda text: nfd(text.replace("\n", f"{_LOWEST}\n") + _LOWEST), "\n")
    before_highest = each_character(lambda text: nfd(_HIGHEST + text.replace("\n", f"\n{_HIGHEST}")), "\n")
    marks = [
        character
        for character in map(chr, CODE_POINTS[0x80:])  # ASCII has none, and the separator
        # One that is decomposed is never left to be sorted.
        if nfd(character) == character
        and (
            after_lowest[ord(character)] != character + _LOWEST
            or before_highest[ord(character)] != _HIGHEST + character
        )
    ]
    references: dict[int, str] = {}
    for mark in marks:
        if number := unicodedata.combining(mark):
            references.setdefault(number, mark)
    classes: dict[int, list[int]] = {}
    for mark in marks:
        classes.setdefault(_class_of(mark, references, nfd), []).append(ord(mark))
    return classes


def _class_of(character: str, references: dict[int, str], nfd: Callable[[str], str]) -> int:
    equal = [
        number
        for number, reference in references.items()
        if nfd(character + reference) == character + reference and nfd(reference + character) == reference + character
    ]
    if len(equal) != 1:
        raise ValueError(f"U+{ord(character):04X} sorts as no combining class that Python's Unicode has; update Python")
    return equal[0]


def _check(whitespace: set[int], regex_space: set[int], cleaned: dict[int, str], decomposed: dict[int, str]) -> None:
    """Refuse a library for which a property of the table stands for two things that differ."""
    if whitespace != regex_space:
        raise ValueError("white space for words and for added tokens differ; the table needs a property for each")
    spaces = {point for point, text in cleaned.items() if text == " "}
    if spaces != {point for point in whitespace if cleaned[point]}:
        raise ValueError("clean_text makes other characters spaces than those that split words")
    for point in HANGUL:
        first, rest = divmod(point - HANGUL.start, 588)
        jamo = [0x1100 + first, 0x1161 + rest // 28, *([0x11A7 + rest % 28] if rest % 28 else [])]
        if decomposed[point] != "".join(map(chr, jamo)):
            raise ValueError(f"U+{point:04X} is not decomposed as Unicode's rule for Hangul says")


def _ranges(points: Iterable[int]) -> str:
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in ranges)


def _mapping(made: dict[int, str], skip: range = range(0)) -> str:
    return " ".join(
        f"{point:x}={'.'.join(f'{ord(character):x}' for character in text)}"
        for point, text in made.items()
        if text != chr(point) and point not in skip
    )


if __name__ == "__main__":
    text = table()
    for path in TABLES.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
        print(f"wrote {path}")
