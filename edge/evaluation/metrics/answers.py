"""question-answering: F1 and exact match, by SQuAD's rules.

If any row of the data has no answer, the model may give none too: it does where [CLS] scores higher than the best span.
"""

from collections.abc import Sequence

from edge.errors import InputError
from edge.evaluation.correlation import share_equal
from edge.evaluation.question import Metric, Question, Setting
from edge.evaluation.squad_rules import best_exact_match, best_f1
from edge.examples import Example
from edge.golden import Outputs
from edge.model import WINDOW_OVERLAP
from edge.predictions import best_answers, no_answer_score
from edge.samples import Sample

NO_ANSWER = ""


def _ask(sample: Sample, number: int, setting: Setting) -> Question:
    assert sample.text_pair is not None
    try:
        windows = setting.tokenizer.encode_windows(sample.text, sample.text_pair, setting.length, WINDOW_OVERLAP)
    except InputError as error:
        raise InputError(f"{sample.place}: {error}, or evaluate longer artifacts only") from error
    texts = (sample.text, sample.text_pair)
    examples = tuple(Example(texts, window.input_ids, window.token_type_ids, None) for window in windows)
    return Question(sample, tuple(windows), examples, sample.answers)


def _answer(questions: Sequence[Question], outputs: Sequence[Sequence[Outputs]]) -> list[str]:
    may_have_none = any(not question.expected for question in questions)
    return [_text(question, row, may_have_none) for question, row in zip(questions, outputs, strict=True)]


def _text(question: Question, outputs: Sequence[Outputs], may_have_none: bool) -> str:
    batches = [{name: value[None] for name, value in window.items()} for window in outputs]
    windows = list(zip(question.encodings, batches, strict=True))
    spans = best_answers(windows, question.sample.text_pair or "", top_k=1)
    if not spans or (may_have_none and no_answer_score(windows) > spans[0].score):
        return NO_ANSWER
    return spans[0].label


def _score(questions: Sequence[Question], answers: Sequence[str]) -> dict[str, float]:
    pairs = [(answer, question.expected) for question, answer in zip(questions, answers, strict=True)]
    return {
        "f1": sum(best_f1(answer, expected) for answer, expected in pairs) / len(pairs),
        "exact_match": sum(best_exact_match(answer, expected) for answer, expected in pairs) / len(pairs),
    }


ANSWERS = Metric(
    name="f1",
    summary="F1 of words (SQuAD)",
    fields=("text_pair", "answers"),
    reduction="whole",
    ask=_ask,
    answer=_answer,
    score=_score,
    agreement=share_equal,
)
