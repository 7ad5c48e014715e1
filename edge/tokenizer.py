"""WordPiece tokenization: the checkpoint's own tokenizer, at a fixed length."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.errors import InputError

if TYPE_CHECKING:
    import tokenizers

SPECIAL_TOKENS = {"unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"}


@dataclass(frozen=True)
class Encoding:
    """One example's tokens, without padding.

    Attributes
    ----------
    token_type_ids
        0 for the first text, 1 for the second.
    offsets
        First and last (exclusive) character of each token in its text; (0, 0) for special tokens.
    special
        True for [CLS] and [SEP].
    words
        Number of the word that each token is a piece of, counted from 0 in each text; None for [CLS] and [SEP].
    truncated
        Whether tokens were cut off to fit.
    """

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    special: tuple[bool, ...]
    words: tuple[int | None, ...]
    truncated: bool


class Tokenizer:
    """A BERT tokenizer read from a folder.

    Parameters
    ----------
    directory
        Holds tokenizer.json, or vocab.txt with or without tokenizer_config.json.

    Raises
    ------
    InputError
        If neither file is there, or it is not a WordPiece tokenizer with BERT's special tokens.
    """

    def __init__(self, directory: Path) -> None:
        self._tokenizer = _read(directory)
        vocabulary = self._tokenizer.get_vocab()
        absent = [token for token in SPECIAL_TOKENS.values() if token not in vocabulary]
        if absent:
            raise InputError(f"{directory}: the vocabulary lacks {', '.join(absent)}; a BERT vocabulary has them")
        self.special_ids = {name: vocabulary[token] for name, token in SPECIAL_TOKENS.items()}

    @property
    def vocabulary(self) -> list[str]:
        """Tokens in the order of their ids."""
        by_id = {index: token for token, index in self._tokenizer.get_vocab().items()}
        return [by_id.get(index, f"[unused-{index}]") for index in range(max(by_id) + 1)]

    @property
    def lowercase(self) -> bool:
        """Whether texts are lowered before they are split."""
        normalizer = json.loads(self._tokenizer.to_str())["normalizer"]
        parts = normalizer.get("normalizers", [normalizer]) if normalizer else []
        return any(part["type"] == "Lowercase" or part.get("lowercase", False) for part in parts)

    def count(self, texts: tuple[str, ...]) -> int:
        """Return the number of tokens of one example, special tokens included, before any cut."""
        self._tokenizer.no_truncation()
        return len(self._encode(texts).ids)

    def encode(self, texts: tuple[str, ...], max_length: int) -> Encoding:
        """Encode one example of one or two texts, cut to `max_length` tokens from the longer text's end.

        Raises
        ------
        InputError
            If not even the special tokens fit: the library would leave them uncut.
        """
        if max_length <= len(texts):
            raise InputError(f"{max_length} tokens are too few for {len(texts)} texts; {len(texts) + 1} is the least")
        return self._windows(self._shortened(texts, max_length), max_length, "longest_first", 0)[0]

    def encode_windows(self, question: str, context: str, max_length: int, stride: int) -> list[Encoding]:
        """Encode a question with each window of a context; windows overlap by `stride` tokens.

        Raises
        ------
        InputError
            If the question alone leaves no room for the context.
        """
        room = max_length - self.count((question,)) - 1
        if room < 1:
            raise InputError(f"the question has too many tokens for {max_length}; shorten it")
        return self._windows((question, context), max_length, "only_second", min(stride, room - 1))

    def decode(self, ids: list[int]) -> str:
        """Return the text of `ids`, word pieces joined."""
        text: str = self._tokenizer.decode(ids)
        return text

    def token(self, index: int) -> str:
        """Return the token with this id."""
        token: str | None = self._tokenizer.id_to_token(index)
        return token if token is not None else SPECIAL_TOKENS["unk"]

    def save(self, directory: Path) -> None:
        """Write tokenizer.json, vocab.txt and tokenizer_config.json to an existing folder."""
        self._tokenizer.no_truncation()
        state = self._tokenizer.to_str(pretty=True)
        (directory / "tokenizer.json").write_text(state + "\n", encoding="utf-8")
        (directory / "vocab.txt").write_text("\n".join(self.vocabulary) + "\n", encoding="utf-8")
        config = {
            # Not SqueezeBertTokenizer: swift-transformers refuses names that it does not know.
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": self.lowercase,
            **{f"{name}_token": token for name, token in SPECIAL_TOKENS.items()},
        }
        text = json.dumps(config, indent=2, sort_keys=True) + "\n"
        (directory / "tokenizer_config.json").write_text(text, encoding="utf-8")

    def _encode(self, texts: tuple[str, ...]) -> tokenizers.Encoding:
        return self._tokenizer.encode(texts[0], texts[1] if len(texts) == 2 else None)

    def _shortened(self, texts: tuple[str, ...], tokens: int) -> tuple[str, ...]:
        """Cut a pair between words, far behind what `tokens` can hold, so that the longer text stays the longer.

        For a pair that does not fit, the library pairs every part of one text with every part of the other, which
        takes minutes for two pages.
        """
        if len(texts) == 1:
            return texts
        self._tokenizer.no_truncation()
        first, second = (self._tokenizer.encode(text, add_special_tokens=False) for text in texts)
        if len(first) > len(second):
            kept = _word_end(second, tokens)
            ends = (_word_end(first, max(tokens, kept + 1)), kept)
        else:
            kept = _word_end(first, tokens)
            ends = (kept, _word_end(second, max(tokens, kept)))
        return tuple(
            text if end == len(encoding) else text[: encoding.offsets[end - 1][1]]
            for text, encoding, end in zip(texts, (first, second), ends, strict=True)
        )

    def _windows(self, texts: tuple[str, ...], max_length: int, strategy: str, stride: int) -> list[Encoding]:
        self._tokenizer.enable_truncation(max_length, stride=stride, strategy=strategy)
        first = self._encode(texts)
        # Once: each look at it copies every window.
        following = first.overflowing
        return [
            Encoding(
                input_ids=tuple(part.ids),
                token_type_ids=tuple(part.type_ids),
                offsets=tuple(part.offsets),
                special=tuple(bool(flag) for flag in part.special_tokens_mask),
                words=tuple(part.word_ids),
                truncated=bool(following),
            )
            for part in (first, *following)
        ]


def _read(directory: Path) -> tokenizers.Tokenizer:
    import tokenizers

    whole, vocabulary = directory / "tokenizer.json", directory / "vocab.txt"
    if whole.is_file():
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(whole))
        except Exception as error:  # the Rust library raises plain Exception
            raise InputError(f"{whole}: not a tokenizer ({str(error).splitlines()[0]})") from error
        if not isinstance(tokenizer.model, tokenizers.models.WordPiece):
            raise InputError(f"{whole}: not a WordPiece tokenizer, which BERT and SqueezeBERT use")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer
    if vocabulary.is_file():
        return _from_vocabulary(vocabulary, directory / "tokenizer_config.json")
    raise InputError(f"{directory}: neither tokenizer.json nor vocab.txt is there; copy them from the checkpoint")


def _word_end(encoding: tokenizers.Encoding, tokens: int) -> int:
    """Return how many tokens the shortest run of whole words has that has at least `tokens`; at most all."""
    words = encoding.word_ids
    end = min(tokens, len(words))
    while end < len(words) and words[end] == words[end - 1]:
        end += 1
    return end


def _from_vocabulary(vocabulary: Path, config_path: Path) -> tokenizers.Tokenizer:
    """Build BERT's tokenizer from a vocabulary, as transformers' BertTokenizer does."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    config: dict[str, Any] = {}
    if config_path.is_file():
        try:
            config = json.loads(config_path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"{config_path}: not JSON ({error}); copy it from the checkpoint again") from error
        if not isinstance(config, dict):
            raise InputError(f"{config_path}: not a JSON object; copy it from the checkpoint again")
    try:
        # Not splitlines: characters such as U+2028 are tokens of some vocabularies.
        lines = vocabulary.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{vocabulary}: not UTF-8 text; copy it from the checkpoint again") from error
    ids = {token: index for index, token in enumerate(lines)}
    for name in ("cls", "sep", "unk"):
        if SPECIAL_TOKENS[name] not in ids:
            raise InputError(f"{vocabulary}: lacks {SPECIAL_TOKENS[name]}; a BERT vocabulary has it")
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=SPECIAL_TOKENS["unk"]))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=config.get("tokenize_chinese_chars", True),
        strip_accents=config.get("strip_accents"),
        lowercase=config.get("do_lower_case", True),
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    cls, sep = SPECIAL_TOKENS["cls"], SPECIAL_TOKENS["sep"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls}:0 $A:0 {sep}:0",
        pair=f"{cls}:0 $A:0 {sep}:0 $B:1 {sep}:1",
        special_tokens=[(cls, ids[cls]), (sep, ids[sep])],
    )
    # Without this a [MASK] in the text would be split like any other word.
    tokenizer.add_special_tokens([token for token in SPECIAL_TOKENS.values() if token in ids])
    return tokenizer
