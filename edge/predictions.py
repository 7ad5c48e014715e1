"""From an artifact's outputs to what a person reads, the way transformers' pipelines do it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.errors import InputError
from edge.tokenizer import Encoding, Tokenizer

# Longest answer of question-answering in tokens, as in transformers' pipeline.
MAX_ANSWER_TOKENS = 15


@dataclass(frozen=True)
class Prediction:
    """One prediction.

    Attributes
    ----------
    label
        Label, answer, word for the mask, or choice.
    score
        Probability, 0 to 1; for a single label (regression) its value as it is.
    start, end
        Characters of the text that it stands for, `end` exclusive; None where it stands for the whole text.
    """

    label: str
    score: float
    start: int | None = None
    end: int | None = None


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities along the last axis, float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    probabilities: np.ndarray = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def classify_text(logits: np.ndarray, labels: Sequence[str], top_k: int) -> list[Prediction]:
    """Return the `top_k` best labels; logits (labels,)."""
    if len(labels) == 1:
        return [Prediction(labels[0], float(logits[0]))]
    probabilities = softmax(logits)
    return [Prediction(labels[i], float(probabilities[i])) for i in np.argsort(-probabilities, kind="stable")[:top_k]]


def classify_tokens(logits: np.ndarray, encoding: Encoding, labels: Sequence[str]) -> list[Prediction]:
    """Return each word's label unless it is ``O``; a word takes its first piece's label. Logits (S, labels)."""
    probabilities = softmax(logits)
    predictions: list[Prediction] = []
    for pieces in _words(encoding):
        first = pieces[0]
        best = int(probabilities[first].argmax())
        if labels[best] != "O":
            start, end = encoding.offsets[first][0], encoding.offsets[pieces[-1]][1]
            predictions.append(Prediction(labels[best], float(probabilities[first][best]), start, end))
    return predictions


def fill_masks(logits: np.ndarray, encoding: Encoding, tokenizer: Tokenizer, top_k: int) -> list[Prediction]:
    """Return the `top_k` words for each mask, in order of the masks; logits (S, vocabulary).

    Raises
    ------
    InputError
        If the text has no mask.
    """
    masks = [i for i, token in enumerate(encoding.input_ids) if token == tokenizer.special_ids["mask"]]
    if not masks:
        raise InputError("fill-mask needs a text with [MASK] in it")
    predictions = []
    for position in masks:
        probabilities = softmax(logits[position])
        start, end = encoding.offsets[position]
        for index in np.argsort(-probabilities, kind="stable")[:top_k]:
            predictions.append(Prediction(tokenizer.token(int(index)), float(probabilities[index]), start, end))
    return predictions


def best_answers(
    windows: Sequence[tuple[Encoding, dict[str, np.ndarray]]], context: str, top_k: int
) -> list[Prediction]:
    """Return the `top_k` best spans of whole words of the context over all windows.

    A span's score is the product of its start's and its end's probability, as in transformers' pipeline: among the
    context's tokens and [CLS], which stands for no answer.
    """
    spans: dict[tuple[int, int], float] = {}
    for encoding, outputs in windows:
        word_of = {index: pieces for pieces in _words(encoding, segment=1) for index in pieces}
        inside = list(word_of)
        starts, ends = _border_probabilities(outputs, inside)
        scores = np.outer(starts[1:], ends[1:])
        firsts, lasts = np.nonzero(np.tril(np.triu(np.ones_like(scores)), MAX_ANSWER_TOKENS - 1))
        for first, last in zip(firsts, lasts, strict=True):
            start = encoding.offsets[word_of[inside[first]][0]][0]
            end = encoding.offsets[word_of[inside[last]][-1]][1]
            spans[start, end] = max(spans.get((start, end), 0.0), float(scores[first, last]))
    ranked = sorted(spans.items(), key=lambda item: -item[1])[:top_k]
    return [Prediction(context[start:end], score, start, end) for (start, end), score in ranked]


def no_answer_score(windows: Sequence[tuple[Encoding, dict[str, np.ndarray]]]) -> float:
    """Return how likely it is that no window has the answer, comparable with the scores of `best_answers`.

    As in transformers' pipeline: the lowest of any window, since one window with an answer is enough.
    """
    scores = []
    for encoding, outputs in windows:
        inside = [index for pieces in _words(encoding, segment=1) for index in pieces]
        starts, ends = _border_probabilities(outputs, inside)
        scores.append(float(starts[0] * ends[0]))
    return min(scores)


def rank_choices(scores: Sequence[float], choices: Sequence[str], top_k: int) -> list[Prediction]:
    """Return the `top_k` best choices; one logit for each choice."""
    probabilities = softmax(np.array(scores))
    return [Prediction(choices[i], float(probabilities[i])) for i in np.argsort(-probabilities, kind="stable")[:top_k]]


def _border_probabilities(outputs: dict[str, np.ndarray], inside: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return how likely [CLS], and each position in `inside`, is the first and the last of the answer."""
    starts, ends = (softmax(outputs[name][0][[0, *inside]]) for name in ("start_logits", "end_logits"))
    return starts, ends


def _words(encoding: Encoding, segment: int = 0) -> list[list[int]]:
    """Return the positions of each word's pieces in one of the texts."""
    words: dict[int, list[int]] = {}
    for index, word in enumerate(encoding.words):
        if word is not None and encoding.token_type_ids[index] == segment:
            words.setdefault(word, []).append(index)
    return list(words.values())
