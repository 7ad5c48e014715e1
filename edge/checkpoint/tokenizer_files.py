"""Presence and size of a checkpoint's vocabulary."""

from __future__ import annotations

from pathlib import Path

from edge.checkpoint.json_file import read_json_object
from edge.checkpoint.model_config import ModelConfig
from edge.errors import InputError

# Either of the first two is enough; the others refine it.
VOCABULARY_FILES = ("vocab.txt", "tokenizer.json")
TOKENIZER_FILES = (*VOCABULARY_FILES, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


def tokenizer_files(directory: Path) -> tuple[Path, ...]:
    """Return the files of `directory` that describe its tokenizer.

    Raises
    ------
    InputError
        If there is neither vocab.txt nor tokenizer.json.
    """
    files = tuple(directory / name for name in TOKENIZER_FILES if (directory / name).is_file())
    if not any(file.name in VOCABULARY_FILES for file in files):
        raise InputError(f"{directory}: neither vocab.txt nor tokenizer.json; copy the model's tokenizer there")
    return files


def check_vocabulary(files: tuple[Path, ...], config: ModelConfig) -> None:
    """Check that every token of `files` has a row in the word embeddings.

    Raises
    ------
    InputError
        If a vocabulary is unreadable, empty or larger than ``vocab_size``.
    """
    for file in files:
        if file.name in VOCABULARY_FILES:
            size = _lines(file) if file.suffix == ".txt" else _ids(file)
            if size == 0:
                raise InputError(f"{file}: no tokens; copy or save the tokenizer again")
            if size > config.vocab_size:
                raise InputError(
                    f"{file}: {size} tokens, but the model embeds {config.vocab_size} (vocab_size in config.json); "
                    "use the tokenizer that the model was trained with"
                )


def _lines(file: Path) -> int:
    try:
        with file.open(encoding="utf-8") as lines:
            return sum(1 for _ in lines)
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check its permissions") from None
    except ValueError:
        raise InputError(f"{file}: not UTF-8 text; copy or save the tokenizer again") from None


def _ids(file: Path) -> int:
    fields = read_json_object(file).fields
    model, added = fields.get("model"), fields.get("added_tokens") or []
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    ids: list[object]
    if isinstance(vocabulary, dict):
        ids = list(vocabulary.values())
    elif isinstance(vocabulary, list):
        ids = list(range(len(vocabulary)))
    else:
        raise InputError(f"{file}: no vocabulary in 'model'; copy or save the tokenizer again")
    if not isinstance(added, list) or not all(isinstance(token, dict) for token in added):
        raise InputError(f"{file}: 'added_tokens' is not a list of tokens; copy or save the tokenizer again")
    ids += [token.get("id") for token in added]
    largest = -1
    for token_id in ids:
        if isinstance(token_id, bool) or not isinstance(token_id, int) or token_id < 0:
            raise InputError(f"{file}: a token's id is not a whole number; copy or save the tokenizer again")
        largest = max(largest, token_id)
    return largest + 1
