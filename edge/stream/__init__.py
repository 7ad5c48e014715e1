"""A stream of texts: an example in each line of an input, an answer in each line of an output."""

from edge.stream.answer import answer_in_json, answer_in_text, embedding_in_words, result_fields
from edge.stream.example import texts_of_sample
from edge.stream.serve import Served, serve
from edge.stream.stop import Stop, stop_signals

__all__ = [
    "Served",
    "Stop",
    "answer_in_json",
    "answer_in_text",
    "embedding_in_words",
    "result_fields",
    "serve",
    "stop_signals",
    "texts_of_sample",
]
