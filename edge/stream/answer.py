"""The answer to one line: a JSON object, or words separated by tabs."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edge.errors import EdgeError
from edge.model import Model
from edge.predictions import Prediction
from edge.stream.example import decode_line, identity, parse_json, texts_of_plain_line, texts_of_row
from edge.stream.lines import Line

# Numbers of an embedding that a readable answer shows; JSON has all.
SHOWN_VALUES = 8

Result = list[Prediction] | np.ndarray


@dataclass(frozen=True)
class Answer:
    """What is written for one line.

    Attributes
    ----------
    content
        One line of UTF-8 text with its line feed.
    truncated
        Whether the end of the text was not read.
    """

    content: bytes
    truncated: bool = False


def answer_in_json(model: Model, line: Line, top_k: int | None = None) -> Answer:
    """Answer a line of JSON with a line of JSON.

    It has the row's ``id`` if that had one, the number of the ``line`` from 1, and either ``predictions``, or the
    ``shape`` and ``values`` of an embedding, or an ``error``; and ``truncated`` if the end of the text was not read.
    """
    name: dict[str, Any] = {}
    fields: dict[str, Any]
    try:
        row = parse_json(decode_line(line))
        name = identity(row)
        texts = texts_of_row(row, model.task)
        fields = result_fields(model(*texts, top_k=top_k))
        if is_truncated(model, texts):
            fields["truncated"] = True
    except EdgeError as error:
        fields = {"error": str(error)}
    return Answer(
        _encoded(json.dumps({**name, "line": line.number, **fields}, ensure_ascii=False)), "truncated" in fields
    )


def answer_in_text(model: Model, line: Line, top_k: int | None = None) -> Answer:
    """Answer a plain line with the label and the score of each prediction, all separated by tabs.

    Where a prediction stands for a part of the text, its characters follow, as ``first-last``. The answer to a bad line
    is ``error`` and a message.
    """
    try:
        texts = texts_of_plain_line(decode_line(line), model.task)
        result = model(*texts, top_k=top_k)
        truncated = is_truncated(model, texts)
    except EdgeError as error:
        return Answer(_encoded(_tabbed("error", str(error))))
    if not isinstance(result, list):
        return Answer(_encoded(embedding_in_words(model.task.name, result)), truncated)
    return Answer(_encoded(_tabbed(*(word for prediction in result for word in _words(prediction)))), truncated)


def result_fields(result: Result) -> dict[str, Any]:
    """Return a result as fields of a JSON object."""
    if isinstance(result, list):
        return {"predictions": [{k: v for k, v in asdict(p).items() if v is not None} for p in result]}
    return {"shape": list(result.shape), "values": result.tolist()}


def embedding_in_words(task: str, embedding: np.ndarray) -> str:
    """Return the shape of an embedding and its first numbers."""
    numbers = " ".join(f"{value:.4f}" for value in embedding.reshape(-1)[:SHOWN_VALUES])
    return f"{task} {tuple(embedding.shape)}: {numbers} ... (all values with --json)"


def is_truncated(model: Model, texts: tuple[str, ...]) -> bool:
    """Return whether the end of the texts is not read; contexts of question-answering are read in windows."""
    return model.task.name != "question-answering" and model.token_count(*texts) > model.max_length


def _words(prediction: Prediction) -> list[str]:
    place = [] if prediction.start is None else [f"{prediction.start}-{prediction.end}"]
    return [prediction.label, f"{prediction.score:.4f}", *place]


def _tabbed(*words: str) -> str:
    # A label may be a piece of the text: none may hold a tab or end the line.
    return "\t".join(" ".join(word.split()) for word in words)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8") + b"\n"
