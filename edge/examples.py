"""Samples turned into the inputs of an artifact of one length."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from edge.samples import Sample
from edge.tasks import Task
from edge.tokenizer import Tokenizer


@dataclass(frozen=True)
class Example:
    """One tokenized example.

    Attributes
    ----------
    texts
        One or two texts.
    input_ids, token_type_ids
        Without padding.
    positions
        Positions of the outputs that mean anything: all tokens, or the one that holds the mask. None where an output
        stands for the whole text.
    """

    texts: tuple[str, ...]
    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    positions: tuple[int, ...] | None


def make_examples(
    samples: Sequence[Sample], task: Task, pooled: bool, tokenizer: Tokenizer, length: int
) -> list[Example]:
    """Tokenize `samples` for `task`, cut to `length` tokens.

    A task of two texts pairs a sample that has no second text with the next sample; fill-mask puts the mask in the
    place of one token, chosen by a fixed seed.

    Parameters
    ----------
    pooled
        Whether the artifact returns one vector for the text although the task has one for each token.
    """
    examples = []
    for index, sample in enumerate(samples):
        texts: tuple[str, ...] = (sample.text,)
        if task.segments == 2:
            texts = (sample.text, sample.text_pair or samples[(index + 1) % len(samples)].text)
        encoding = tokenizer.encode(texts, length)
        ids = list(encoding.input_ids)
        positions: tuple[int, ...] | None = None
        if task.positions == "tokens" and not pooled:
            positions = tuple(range(len(ids)))
        elif task.positions == "mask":
            words = [i for i, special in enumerate(encoding.special) if not special] or [0]
            masked = random.Random(index).choice(words)
            ids[masked] = tokenizer.special_ids["mask"]
            positions = (masked,)
        examples.append(Example(texts, tuple(ids), encoding.token_type_ids, positions))
    return examples
