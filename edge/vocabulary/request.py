"""Pruning as one step of a build."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from edge.checkpoint import Checkpoint, load_checkpoint
from edge.checksums import sha256
from edge.child_process import Stage
from edge.errors import InputError
from edge.manifest import VocabularyPruningInfo
from edge.samples import read_samples
from edge.vocabulary.pruning import VocabularyPruning, prune_vocabulary

# Digits of a rate in the manifest.
DIGITS = 6


@dataclass(frozen=True)
class PruningRequest:
    """The texts to choose a vocabulary by, the SHA-256 of their file, and the tokens to keep."""

    texts: tuple[str, ...]
    corpus_sha256: str
    keep: int


def read_request(corpus: str | Path | None, keep: int | None) -> PruningRequest | None:
    """Return what a build's options ask for; None without them. Both texts of a pair count.

    Raises
    ------
    InputError
        If one option comes without the other, or the corpus cannot be read or is empty.
    """
    if corpus is None and keep is None:
        return None
    if keep is None:
        raise InputError("--prune-vocabulary needs the number of tokens to keep; add --keep N")
    if corpus is None:
        raise InputError("--keep is for pruning; add --prune-vocabulary CORPUS, texts to choose the tokens by")
    path = Path(corpus)
    samples = read_samples(path)
    texts = tuple(text for sample in samples for text in (sample.text, sample.text_pair) if text is not None)
    return PruningRequest(texts, sha256(path), keep)


@contextmanager
def pruned_checkpoint(
    checkpoint: Checkpoint, request: PruningRequest | None, stage: Stage
) -> Iterator[tuple[Checkpoint, VocabularyPruningInfo | None]]:
    """Give `checkpoint` as `request` prunes it, and what the manifest says of that; without a request as it is.

    Name and hash stay those of `checkpoint`. The pruned files are temporary and last as long as the context.

    Raises
    ------
    InputError
        If the request does not fit the vocabulary.
    """
    if request is None:
        yield checkpoint, None
        return
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as temporary:
        folder = Path(temporary) / checkpoint.name
        with stage(f"prune vocabulary to {request.keep} tokens"):
            pruning = prune_vocabulary(checkpoint, request.texts, request.keep, folder)
            pruned = load_checkpoint(folder, checkpoint.task.name)
        yield (
            replace(pruned, name=checkpoint.name, source_sha256=checkpoint.source_sha256),
            _info(pruning, request.corpus_sha256),
        )


def _info(pruning: VocabularyPruning, corpus_sha256: str) -> VocabularyPruningInfo:
    before, after = pruning.before, pruning.after
    return VocabularyPruningInfo(
        tokens_before=pruning.tokens_before,
        tokens_after=pruning.tokens_after,
        unknown_rate_before=round(before.unknown_rate, DIGITS),
        unknown_rate_after=round(after.unknown_rate, DIGITS),
        tokens_per_text_before=round(before.tokens_per_text, DIGITS),
        tokens_per_text_after=round(after.tokens_per_text, DIGITS),
        whole_words_before=round(before.whole_words, DIGITS),
        whole_words_after=round(after.whole_words, DIGITS),
        measured_texts=pruning.measured_texts,
        held_out=pruning.held_out,
        corpus_sha256=corpus_sha256,
    )
