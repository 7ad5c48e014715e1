"""From a checkpoint and texts to a checkpoint with a smaller vocabulary."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.checkpoint import Checkpoint
from edge.errors import InputError
from edge.tokenizer import SPECIAL_TOKENS
from edge.vocabulary.choice import choose_tokens
from edge.vocabulary.coverage import Coverage, count_tokens, measure_coverage, split_corpus
from edge.vocabulary.pruned_files import copy_description, write_config, write_tokenizer
from edge.vocabulary.pruned_weights import write_pruned_weights
from edge.vocabulary.tokenizer_state import load_state, prune_state, read_state


@dataclass(frozen=True)
class VocabularyPruning:
    """What a pruning kept, and how well that covers texts.

    Attributes
    ----------
    directory
        The pruned checkpoint.
    tokens_before
        Tokens of the original vocabulary; its embeddings may have more rows, for padding.
    kept_ids
        Original id of each token that was kept, by its new id; ascending.
    before, after
        Coverage of the same texts by the original and by the pruned vocabulary.
    measured_texts
        Number of those texts.
    held_out
        Whether they were held out from counting.
    """

    directory: Path
    tokens_before: int
    kept_ids: tuple[int, ...]
    before: Coverage
    after: Coverage
    measured_texts: int
    held_out: bool

    @property
    def tokens_after(self) -> int:
        """Tokens of the pruned vocabulary, and rows of its embeddings."""
        return len(self.kept_ids)


def prune_vocabulary(checkpoint: Checkpoint, texts: Sequence[str], keep: int, directory: Path) -> VocabularyPruning:
    """Write `checkpoint` with a vocabulary of `keep` tokens to `directory`.

    What stays is said at `edge.vocabulary.choice.choose_tokens`. Texts of kept tokens have the same pieces as before,
    and exactly the same outputs; other words split into smaller pieces.

    Parameters
    ----------
    checkpoint
        As `edge.checkpoint.load_checkpoint` returns it; its files are read once more.
    texts
        Texts like those that the model will meet. A tenth of them is held out from counting, to measure with; of fewer
        than 100 different texts all are counted and measured.
    keep
        Tokens of the new vocabulary, special tokens included, and rows of its word embeddings.
    directory
        New or empty folder. It gets the layout of ``checkpoint.root``: config.json, model.safetensors with types as
        stored, tokenizer.json, vocab.txt, tokenizer_config.json, and the files of sentence-transformers.

    Raises
    ------
    InputError
        If there are no texts, `keep` is too small or too large, `directory` is not empty, or the tokenizer cannot be
        read.
    """
    if not any(text.strip() for text in texts):
        raise InputError("no text to choose the vocabulary by; pass texts like those that the model will meet")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise InputError(f"{directory}: exists and is not an empty folder; pass a new one")
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as scratch:
        state = read_state(checkpoint.directory, Path(scratch))
    tokenizer = load_state(state)
    split = split_corpus(texts)
    counts = count_tokens(tokenizer, split.counted)
    kept_ids = choose_tokens(state, tokenizer, counts, split.counted, keep)
    new_ids = {old: new for new, old in enumerate(kept_ids)}
    pruned_state = prune_state(state, new_ids)
    pruned_tokenizer = load_state(pruned_state)

    encoder = directory / checkpoint.directory.relative_to(checkpoint.root)
    encoder.mkdir(parents=True, exist_ok=True)
    copy_description(checkpoint, directory, encoder)
    write_config(checkpoint.directory, encoder, new_ids, pruned_tokenizer.get_vocab()[SPECIAL_TOKENS["pad"]])
    write_tokenizer(checkpoint.directory, encoder, pruned_state, new_ids)
    write_pruned_weights(checkpoint, kept_ids, encoder / "model.safetensors")
    return VocabularyPruning(
        directory=directory,
        tokens_before=len(tokenizer.get_vocab()),
        kept_ids=kept_ids,
        before=measure_coverage(tokenizer, split.measured),
        after=measure_coverage(pruned_tokenizer, split.measured),
        measured_texts=len(split.measured),
        held_out=split.held_out,
    )
