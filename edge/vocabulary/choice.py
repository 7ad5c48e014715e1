"""Which tokens a pruned vocabulary keeps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from edge.errors import InputError
from edge.tokenizer import SPECIAL_TOKENS

if TYPE_CHECKING:
    import tokenizers

UNUSED = re.compile(r"\[unused.*\]")
# Names, units and product codes are written in it, whatever the language of the texts.
ALWAYS_KEPT_SCRIPT = "LATIN"
# Begins a word that a character may continue.
WORD_BEGIN = "a"


def choose_tokens(
    state: Mapping[str, Any],
    tokenizer: tokenizers.Tokenizer,
    counts: Mapping[int, int],
    texts: Iterable[str],
    keep: int,
) -> tuple[int, ...]:
    """Return the ids of the `keep` tokens that stay, ascending.

    They are, until all places are taken:

    1. The special tokens, and tokens that were added to the tokenizer after training.
    2. Single characters and their continuations (``##e``). WordPiece replaces a whole word by [UNK] as soon as one
       piece of it has no token, so these are what lets a word that is no longer a token split into pieces. They are
       kept for Latin and for the scripts in which `texts` has letters; digits, punctuation and symbols, which all
       scripts share, always. Characters that the tokenizer never produces have no use, among them continuations of
       punctuation, which is a word of its own.
    3. The tokens that are most frequent in `texts`.
    4. The lowest ids, since BERT's vocabularies are ordered by frequency after the single characters; those with
       letters of other scripts last, which are of little use without their continuations.

    Ties go to the lower id. ``[unused...]`` tokens stay only if the texts use them.

    Parameters
    ----------
    state
        Content of tokenizer.json.
    tokenizer
        The same, loaded.
    counts
        How often each id occurs in `texts`.
    texts
        The counted texts, for their scripts.
    keep
        Number of tokens.

    Raises
    ------
    InputError
        If `keep` is less than the tokens of 1. and 2., or leaves nothing to drop.
    """
    tokens = tokenizer.get_vocab()
    used = {token: index for token, index in tokens.items() if not UNUSED.fullmatch(token) or counts.get(index)}
    most = min(len(used), len(tokens) - 1)
    scripts = {ALWAYS_KEPT_SCRIPT}.union(*(_scripts(text) for text in texts))
    prefix = state["model"].get("continuing_subword_prefix", "##")
    obligatory = _special_ids(state, used) | _character_ids(tokenizer, used, prefix, scripts)
    if keep < len(obligatory):
        raise InputError(
            f"{keep} tokens cannot be kept: special tokens and the characters that words split into are already"
            f" {len(obligatory)}; keep at least so many"
        )
    if keep > most:
        raise InputError(
            f"{keep} tokens leave nothing to prune: {len(used)} of the vocabulary's {len(tokens)} are in use;"
            f" keep at most {most}"
        )
    foreign = {index for token, index in used.items() if not _scripts(token.removeprefix(prefix)) <= scripts}
    rest = sorted(set(used.values()) - obligatory, key=lambda index: (-counts.get(index, 0), index in foreign, index))
    return tuple(sorted([*obligatory, *rest[: keep - len(obligatory)]]))


def _special_ids(state: Mapping[str, Any], used: Mapping[str, int]) -> set[int]:
    added = [token["content"] for token in state.get("added_tokens") or []]
    return {used[token] for token in (*SPECIAL_TOKENS.values(), *added) if token in used}


def _character_ids(
    tokenizer: tokenizers.Tokenizer, used: Mapping[str, int], prefix: str, scripts: set[str]
) -> set[int]:
    """Return single characters and continuations of `scripts` that the tokenizer can produce."""
    ids = set()
    for token, index in used.items():
        character = token.removeprefix(prefix) if len(token) > 1 else token
        word = character if len(token) == 1 else WORD_BEGIN + character
        if len(character) == 1 and _scripts(character) <= scripts and _words(tokenizer, word) == [word]:
            ids.add(index)
    return ids


def _words(tokenizer: tokenizers.Tokenizer, text: str) -> list[str]:
    """Return what the tokenizer looks up of `text`: normalized words, not yet pieces."""
    if tokenizer.normalizer is not None:
        text = tokenizer.normalizer.normalize_str(text)
    if tokenizer.pre_tokenizer is None:
        return [text]
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)]


def _scripts(text: str) -> set[str]:
    """Return the scripts of the letters and marks in `text`: the first words of their Unicode names.

    The standard library has no table of scripts; the names begin with them, but for a few symbols.
    """
    return {
        unicodedata.name(character, "").partition(" ")[0]
        for character in set(text)
        if unicodedata.category(character)[0] in "LM"
    }
