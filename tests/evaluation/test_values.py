"""Each task's metric is what transformers' own model, run row by row, gives by another computation."""

import json
import random

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from seqeval.metrics import f1_score
from sklearn.metrics import accuracy_score

import edge
from edge.evaluation.metrics.masks import MASKS
from edge.evaluation.question import Setting
from edge.samples import read_samples
from edge.tokenizer import Tokenizer
from tests.evaluation.conftest import FP32, INT8, LENGTH, TAGS, WORDS, sentences

LABELS = ("negative", "neutral", "positive")


def single(evaluation):
    """Return the only row; fp32 must be the reference but for rounding."""
    (row,) = evaluation.results
    assert row.artifact == FP32
    assert row.delta == pytest.approx(0, abs=1e-9)
    assert row.agreement == pytest.approx(1)
    assert row.reference == pytest.approx(row.value)
    return row


def test_text_classification_is_accuracy(trained, write_rows):
    made = trained("text-classification")
    draw = random.Random(0)
    texts = sentences(40, words=30)
    labels = [draw.choice(LABELS) for _ in texts]
    path = write_rows(*({"text": text, "label": label} for text, label in zip(texts, labels, strict=True)))

    evaluation = edge.evaluate(made.bundle, path)

    predicted = [LABELS[int(made.run(text).logits.argmax())] for text in texts]
    assert (evaluation.task, evaluation.metric, evaluation.rows) == ("text-classification", "accuracy", 40)
    fp32, int8 = evaluation.results
    assert (fp32.artifact, int8.artifact) == (FP32, INT8)
    assert 0 < fp32.value < 1
    assert fp32.value == fp32.reference == int8.reference == pytest.approx(accuracy_score(labels, predicted))
    assert int8.delta == pytest.approx(int8.value - int8.reference)


def test_agreement_is_with_the_reference_whether_right_or_wrong(trained, write_rows):
    made = trained("text-classification")
    texts = sentences(40)
    path = write_rows(*({"text": text, "label": index % 3} for index, text in enumerate(texts)))

    _, int8 = edge.evaluate(made.bundle, path).results

    load = edge.load(made.bundle, INT8)
    same = [load(text)[0].label == LABELS[int(made.run(text).logits.argmax())] for text in texts]
    assert int8.agreement == pytest.approx(np.mean(same))


@pytest.mark.slow
def test_pairs_are_classified_as_pairs(trained, write_rows):
    made = trained("text-classification")
    pairs = list(zip(sentences(20), sentences(40)[20:], strict=True))
    predicted = [int(made.run(*pair).logits.argmax()) for pair in pairs]
    rows = [{"text": a, "text_pair": b, "label": label} for (a, b), label in zip(pairs, predicted, strict=True)]

    assert edge.evaluate(made.bundle, write_rows(*rows), artifacts=[FP32]).results[0].value == 1


@pytest.mark.slow
def test_regression_is_a_rank_correlation(trained, write_rows):
    made = trained("text-classification", "quality")
    texts = sentences(20)
    scores = [len(text) / 7 for text in texts]
    rows = [{"text": text, "score": score} for text, score in zip(texts, scores, strict=True)]

    evaluation = edge.evaluate(made.bundle, write_rows(*rows), artifacts=[FP32])

    values = [float(made.run(text).logits) for text in texts]
    assert evaluation.metric == "spearman"
    assert single(evaluation).value == pytest.approx(spearmanr(values, scores).statistic)


def test_feature_extraction_is_the_rank_correlation_of_similarities(trained, write_rows):
    made = trained("feature-extraction")
    pairs = list(zip(sentences(20), sentences(40)[20:], strict=True))
    scores = [random.Random(a + b).random() for a, b in pairs]
    rows = [{"text": a, "text_pair": b, "score": score} for (a, b), score in zip(pairs, scores, strict=True)]

    evaluation = edge.evaluate(made.bundle, write_rows(*rows))

    def embedding(text):
        return made.run(text).last_hidden_state[0].mean(dim=0)

    similarities = [float(torch.cosine_similarity(embedding(a), embedding(b), dim=0)) for a, b in pairs]
    assert evaluation.metric == "spearman"
    assert single(evaluation).value == pytest.approx(spearmanr(similarities, scores).statistic, abs=1e-3)


def test_token_classification_is_f1_of_entities(trained, write_rows):
    made = trained("token-classification", *TAGS)
    draw = random.Random(0)
    # "xyz" has three pieces; 20 words do not fit.
    rows = [["mary", "xyz", "works", "in", "new-york", *text.split()] for text in sentences(20, words=15)]
    tags = [[draw.choice(TAGS) for _ in tokens] for tokens in rows]
    path = write_rows(*({"tokens": a, "tags": b} for a, b in zip(rows, tags, strict=True)))

    evaluation = edge.evaluate(made.bundle, path)

    predicted = []
    for tokens in rows:
        encoded = made.tokenizer(tokens, is_split_into_words=True, truncation=True, max_length=LENGTH)
        best = made.run_ids(torch.tensor([encoded["input_ids"]])).logits[0].argmax(dim=-1).tolist()
        words = encoded.word_ids()
        predicted.append([TAGS[best[words.index(i)]] if i in words else "O" for i in range(len(tokens))])
    assert evaluation.metric == "f1"
    assert 0 < single(evaluation).value < 1
    assert single(evaluation).value == pytest.approx(f1_score(tags, predicted))


def squad_file(path, rows):
    paragraphs = [
        {"context": context, "qas": [{"question": question, "answers": [{"text": answer} for answer in answers]}]}
        for question, context, answers in rows
    ]
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    return path


def best_span(made, question, context):
    """Return the best span of any window and its score, and the score of no answer, by trying all spans."""
    encoded = made.tokenizer(
        question,
        context,
        truncation="only_second",
        max_length=LENGTH,
        stride=LENGTH - len(made.tokenizer(question)["input_ids"]) - 2,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    best, none = (0.0, ""), 1.0
    for window, ids in enumerate(encoded["input_ids"]):
        output = made.run_ids(torch.tensor([ids]), torch.tensor([encoded["token_type_ids"][window]]))
        inside = [index for index, sequence in enumerate(encoded.sequence_ids(window)) if sequence == 1]
        start, end = (
            logits[0, [0, *inside]].double().softmax(0) for logits in (output.start_logits, output.end_logits)
        )
        none = min(none, float(start[0] * end[0]))
        offsets = encoded["offset_mapping"][window]
        for first in range(len(inside)):
            for last in range(first, min(len(inside), first + 15)):
                text = context[offsets[inside[first]][0] : offsets[inside[last]][1]]
                best = max(best, (float(start[1 + first] * end[1 + last]), text))
    return best[1], best[0], none


def contexts(count):
    draw = random.Random(2)
    return [" ".join(draw.choices(WORDS, k=30)) for _ in range(count)]


def test_question_answering_is_exact_match_and_f1_over_windows(trained, tmp_path):
    made = trained("question-answering")
    answers = [best_span(made, "who pay", context)[0] for context in contexts(6)]
    # Right, right of two, a word too many, wrong.
    wanted = [[answers[0]], ["bad", answers[1].upper() + "!"], [answers[2] + " extra"], ["nothing"], ["bad"], ["good"]]
    rows = [("who pay", context, references) for context, references in zip(contexts(6), wanted, strict=True)]

    evaluation = edge.evaluate(made.bundle, squad_file(tmp_path / "dev.json", rows))

    words = len(answers[2].split())
    assert evaluation.metric == "f1"
    assert single(evaluation).value == pytest.approx((2 + 2 * words / (2 * words + 1)) / 6)
    assert single(evaluation).details == pytest.approx({"exact_match": 2 / 6, "reference_exact_match": 2 / 6})


@pytest.mark.slow
def test_no_answer_is_given_where_the_first_token_scores_higher(trained, tmp_path):
    made = trained("question-answering")
    rows = [("who pay", context, []) for context in contexts(20)]

    evaluation = edge.evaluate(made.bundle, squad_file(tmp_path / "dev.json", rows))

    scores = [best_span(made, "who pay", context)[1:] for context in contexts(20)]
    assert single(evaluation).value == pytest.approx(np.mean([none > best for best, none in scores]))


def test_multiple_choice_is_accuracy(trained, write_rows):
    made = trained("multiple-choice")
    texts, choices = sentences(20), [sentences(60)[20 + 2 * row :][: 2 + row % 2] for row in range(20)]
    rows = [{"text": a, "choices": b, "label": 0} for a, b in zip(texts, choices, strict=True)]

    evaluation = edge.evaluate(made.bundle, write_rows(*rows))

    def score(text, choice):
        encoded = made.tokenizer(text, choice, truncation="longest_first", max_length=LENGTH, return_tensors="pt")
        return float(made.run_ids(encoded["input_ids"][None], encoded["token_type_ids"][None]).logits)

    right = [score(a, b[0]) == max(score(a, choice) for choice in b) for a, b in zip(texts, choices, strict=True)]
    assert evaluation.metric == "accuracy"
    assert 0 < single(evaluation).value < 1
    assert single(evaluation).value == pytest.approx(np.mean(right))


def test_fill_mask_is_accuracy_on_masked_tokens(trained, tmp_path):
    made = trained("fill-mask")
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(sentences(30, words=30)))

    evaluation = edge.evaluate(made.bundle, path)

    setting = Setting(Tokenizer(made.checkpoint), LENGTH, (), False)
    right = []
    for number, sample in enumerate(read_samples(path)):
        question = MASKS.ask(sample, number, setting)
        (example,) = question.examples
        best = made.run_ids(torch.tensor([example.input_ids])).logits[0].argmax(dim=-1)
        right += [int(best[place]) == token for place, token in zip(example.positions, question.expected, strict=True)]
    assert evaluation.metric == "accuracy"
    assert single(evaluation).value == pytest.approx(np.mean(right))
