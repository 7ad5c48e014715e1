"""Logits of real encodings and what `edge.predictions` reads from them, for the reference apps to read the same.

`write` writes a folder with tokenizer.json, which made the encodings, and predictions.json: a list of cases. Each case
has its ``task`` and ``top_k``, the arguments of the task's function in `edge.predictions`, and the ``expected``
predictions. Characters are counted in UTF-16 code units, as Java and Swift's NSString do. Logits are float32 values,
row-major, as decimals that stand for just this float32.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.predictions import (
    Prediction,
    best_answers,
    classify_text,
    classify_tokens,
    fill_masks,
    rank_choices,
)
from edge.tokenizer import Encoding, Tokenizer
from tests.checkpoints import save_tokenizer

FOLDER = "predictions"
FILE = "predictions.json"
LENGTH = 32
WINDOW_OVERLAP = 4
TEXTS = (
    "Please pay my bill today",
    "\N{GRINNING FACE} John works at the bank in Paris \N{PARTY POPPER}\N{PARTY POPPER} today!",
    "can you   book a flight to London?\n\ttomorrow",
    "\U00020000\U0001f469\N{ZERO WIDTH JOINER}\U0001f4bb Mary's cafe\N{COMBINING ACUTE ACCENT} play music",
)
MASKED = ("the [MASK] of france is paris", "\N{GRINNING FACE}\N{GRINNING FACE} [MASK] my \N{BANK} [MASK]!")
QUESTION = "where is \N{BANK} john?"
CONTEXT = " ".join(f"{text} {number}." for number, text in enumerate(TEXTS * 3))
LABELS = ("O", "PER", "LOC", "ORG")


def write(folder: Path) -> Path:
    """Write the folder `FOLDER` into an existing one, the same bytes each time; return it."""
    directory = folder / FOLDER
    directory.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        save_tokenizer(Path(name))
        tokenizer = Tokenizer(Path(name))
        shutil.copy(Path(name) / "tokenizer.json", directory)
    cases = [
        *_text_classification(),
        *_token_classification(tokenizer),
        *_fill_mask(tokenizer),
        *_question_answering(tokenizer),
        *_multiple_choice(),
    ]
    (directory / FILE).write_text(json.dumps(cases) + "\n", encoding="utf-8")
    return directory


def logit_sets(size: int, seed: int) -> Iterator[np.ndarray]:
    """Yield float32 logits of one size: ordinary ones, equal ones, and as far apart as float32 goes."""
    generator = np.random.default_rng(seed)
    yield generator.normal(0, 3, size).astype(np.float32)
    yield generator.normal(-4000, 200, size).astype(np.float32)
    yield np.zeros(size, np.float32)
    largest = np.finfo(np.float32).max
    yield generator.choice(np.array([-largest, -1e30, 0, largest], np.float32), size)


def tied_logits(size: int, seed: int) -> np.ndarray:
    """Return float32 logits most of which have equals."""
    return np.random.default_rng(seed).integers(-2, 3, size).astype(np.float32)


def utf16_offset(text: str, offset: int) -> int:
    """Return how many UTF-16 code units the first `offset` characters have."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def _text_classification() -> Iterator[dict[str, Any]]:
    for size in (1, 2, 3, 150):
        labels = [f"label {number}" for number in range(size)]
        for logits in (*logit_sets(size, size), tied_logits(size, size)):
            for top_k in (1, 3, 1000):
                ranked = classify_text(logits, labels, top_k)
                yield _case("text-classification", top_k, ranked, "", logits=_floats(logits), labels=labels)


def _multiple_choice() -> Iterator[dict[str, Any]]:
    for size in (2, 5):
        choices = [f"\N{GRINNING FACE} choice {number}" for number in range(size)]
        for scores in (*logit_sets(size, size + 100), tied_logits(size, size)):
            values = [float(score) for score in scores]
            ranked = rank_choices(values, choices, size)
            yield _case("multiple-choice", size, ranked, "", logits=_floats(scores), labels=choices)


def _token_classification(tokenizer: Tokenizer) -> Iterator[dict[str, Any]]:
    for seed, text in enumerate(TEXTS):
        encoding = tokenizer.encode((text,), LENGTH)
        for logits in (*logit_sets(LENGTH * len(LABELS), seed), tied_logits(LENGTH * len(LABELS), seed)):
            found = classify_tokens(logits.reshape(LENGTH, len(LABELS)), encoding, LABELS)
            documents = [_encoding(encoding, (text,))]
            yield _case(
                "token-classification", 1, found, text, logits=_floats(logits), labels=LABELS, encodings=documents
            )


def _fill_mask(tokenizer: Tokenizer) -> Iterator[dict[str, Any]]:
    vocabulary = tokenizer.vocabulary
    for seed, text in enumerate(MASKED):
        encoding = tokenizer.encode((text,), 16)
        for values in (*logit_sets(16 * len(vocabulary), seed), tied_logits(16 * len(vocabulary), seed)):
            logits = values.reshape(16, len(vocabulary))
            for top_k in (1, 5):
                yield _case(
                    "fill-mask",
                    top_k,
                    fill_masks(logits, encoding, tokenizer, top_k),
                    text,
                    logits=_floats(values),
                    labels=vocabulary,
                    mask_id=tokenizer.special_ids["mask"],
                    encodings=[_encoding(encoding, (text,))],
                )


def _question_answering(tokenizer: Tokenizer) -> Iterator[dict[str, Any]]:
    windows = tokenizer.encode_windows(QUESTION, CONTEXT, LENGTH, WINDOW_OVERLAP)
    sets = zip(logit_sets(LENGTH * len(windows), 1), logit_sets(LENGTH * len(windows), 2), strict=True)
    for starts, ends in sets:
        rows = [values.reshape(len(windows), 1, LENGTH) for values in (starts, ends)]
        scored = [
            (window, {"start_logits": rows[0][number], "end_logits": rows[1][number]})
            for number, window in enumerate(windows)
        ]
        for top_k in (1, 4):
            yield _case(
                "question-answering",
                top_k,
                best_answers(scored, CONTEXT, top_k),
                CONTEXT,
                start_logits=_floats(starts),
                end_logits=_floats(ends),
                encodings=[_encoding(window, (QUESTION, CONTEXT)) for window in windows],
            )


def _case(task: str, top_k: int, expected: Sequence[Prediction], text: str, **arguments: Any) -> dict[str, Any]:
    predictions = [
        {
            "label": each.label,
            "score": each.score,
            "start": None if each.start is None else utf16_offset(text, each.start),
            "end": None if each.end is None else utf16_offset(text, each.end),
        }
        for each in expected
    ]
    return {"task": task, "text": text, "top_k": top_k, "expected": predictions, **arguments}


def _encoding(encoding: Encoding, texts: tuple[str, ...]) -> dict[str, Any]:
    segments = [texts[segment] for segment in encoding.token_type_ids]
    return {
        "input_ids": encoding.input_ids,
        "token_type_ids": encoding.token_type_ids,
        "starts": [utf16_offset(text, start) for text, (start, _) in zip(segments, encoding.offsets, strict=True)],
        "ends": [utf16_offset(text, end) for text, (_, end) in zip(segments, encoding.offsets, strict=True)],
        "words": [-1 if word is None else word for word in encoding.words],
        "truncated": encoding.truncated,
    }


def _floats(values: np.ndarray) -> list[float]:
    # The shortest decimals that stand for the same float32.
    return [float(str(value)) for value in values.reshape(-1)]
