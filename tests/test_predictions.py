"""From outputs to what a person reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edge.errors import InputError
from edge.predictions import (
    MAX_ANSWER_TOKENS,
    Prediction,
    best_answers,
    classify_text,
    classify_tokens,
    fill_masks,
    rank_choices,
    softmax,
)
from edge.tokenizer import Tokenizer
from tests.checkpoints import save_tokenizer

LABELS = ("O", "PER", "LOC")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(folder)
    return Tokenizer(folder)


@given(arrays(np.float32, (3, 5), elements=st.floats(-1e30, 1e30, allow_subnormal=False).map(np.float32)))
def test_probabilities_add_up_to_one(logits):
    np.testing.assert_allclose(softmax(logits).sum(axis=-1), 1, rtol=1e-12)


class TestText:
    def test_best_labels_first(self):
        logits = np.log(np.array([0.2, 0.7, 0.1], np.float32))

        found = classify_text(logits, ("no", "yes", "maybe"), 2)

        assert found == [
            Prediction("yes", pytest.approx(0.7, abs=1e-6)),
            Prediction("no", pytest.approx(0.2, abs=1e-6)),
        ]

    def test_more_labels_than_there_are(self):
        assert len(classify_text(np.zeros(3, np.float32), ("a", "b", "c"), 9)) == 3

    def test_a_single_label_is_a_value(self):
        assert classify_text(np.array([3.5], np.float32), ("similarity",), 1) == [Prediction("similarity", 3.5)]

    def test_choices_by_score(self):
        found = rank_choices([0.0, np.log(3)], ["stay", "go"], 2)

        assert found == [Prediction("go", pytest.approx(0.75)), Prediction("stay", pytest.approx(0.25))]


class TestTokens:
    def labelled(self, tokenizer, text, **labels):
        """Return what is read from logits that give each token of `labels` its label, and O to all others."""
        encoding = tokenizer.encode((text,), 32)
        tokens = [tokenizer.token(index) for index in encoding.input_ids]
        logits = np.zeros((len(tokens) + 3, len(LABELS)), np.float32)
        for row, token in enumerate(tokens):
            logits[row, LABELS.index(labels.get(token.replace("##", "piece_"), "O"))] = 9
        return [(p.label, text[p.start : p.end]) for p in classify_tokens(logits, encoding, LABELS)]

    def test_words_with_their_characters(self, tokenizer):
        found = self.labelled(tokenizer, "John works at  Paris", john="PER", paris="LOC")

        assert found == [("PER", "John"), ("LOC", "Paris")]

    def test_all_pieces_of_a_word_belong_to_it(self, tokenizer):
        assert self.labelled(tokenizer, "Marys bank", mary="PER") == [("PER", "Marys")]

    def test_later_pieces_have_no_label_of_their_own(self, tokenizer):
        assert self.labelled(tokenizer, "Marys bank", piece_s="PER") == []

    def test_punctuation_ends_a_word(self, tokenizer):
        assert self.labelled(tokenizer, "Paris.", paris="LOC") == [("LOC", "Paris")]

    def test_neighbouring_chinese_characters_are_words(self, tokenizer):
        assert self.labelled(tokenizer, "你好", **{"[UNK]": "PER"}) == [("PER", "你"), ("PER", "好")]

    def test_special_tokens_are_left_out(self, tokenizer):
        assert self.labelled(tokenizer, "the", **{"[CLS]": "PER", "[SEP]": "PER"}) == []

    def test_score_is_the_first_piece_s(self, tokenizer):
        encoding = tokenizer.encode(("marys",), 8)
        logits = np.zeros((4, 3), np.float32)
        logits[1] = np.log([0.1, 0.8, 0.1])

        assert classify_tokens(logits, encoding, LABELS) == [Prediction("PER", pytest.approx(0.8, abs=1e-6), 0, 5)]


class TestMasks:
    def logits(self, tokenizer, encoding, *words):
        """Return logits that want the words, best first, at every position."""
        row = np.zeros(len(tokenizer.vocabulary), np.float32)
        for rank, word in enumerate(words):
            row[tokenizer.vocabulary.index(word)] = 20 - rank
        return np.tile(row, (len(encoding.input_ids), 1))

    def test_words_for_the_mask(self, tokenizer):
        encoding = tokenizer.encode(("pay the [MASK]",), 16)

        found = fill_masks(self.logits(tokenizer, encoding, "bill", "hotel"), encoding, tokenizer, 2)

        assert [(p.label, p.start, p.end) for p in found] == [("bill", 8, 14), ("hotel", 8, 14)]
        assert found[0].score > found[1].score

    def test_masks_in_order(self, tokenizer):
        encoding = tokenizer.encode(("[MASK] the [MASK]",), 16)

        found = fill_masks(self.logits(tokenizer, encoding, "pay", "bill"), encoding, tokenizer, 2)

        assert [(p.label, p.start) for p in found] == [("pay", 0), ("bill", 0), ("pay", 11), ("bill", 11)]

    def test_mask_is_found_with_the_vocabulary_alone(self, tmp_path):
        save_tokenizer(tmp_path)
        (tmp_path / "tokenizer.json").unlink()
        tokenizer = Tokenizer(tmp_path)
        encoding = tokenizer.encode(("pay the [MASK]",), 16)

        assert fill_masks(self.logits(tokenizer, encoding, "bill"), encoding, tokenizer, 1)[0].label == "bill"

    def test_text_without_mask_is_refused(self, tokenizer):
        encoding = tokenizer.encode(("pay the bill",), 16)

        with pytest.raises(InputError, match=r"needs a text with \[MASK\]"):
            fill_masks(np.zeros((5, 9)), encoding, tokenizer, 5)


class TestAnswers:
    QUESTION = "who works"
    CONTEXT = "Mary works at the bank in London and John at a hotel"

    def answer(self, tokenizer, starts, ends, context=CONTEXT, top_k=1):
        """Return the answers from logits that favour the tokens in `starts` and `ends`, with a value for each."""
        encoding = tokenizer.encode((self.QUESTION, context), 64)
        tokens = [tokenizer.token(index) for index in encoding.input_ids]
        # Padding gets the largest logits of all, which nobody may look at.
        outputs = {name: np.full((1, 70), 99, np.float32) for name in ("start_logits", "end_logits")}
        for name, wanted in (("start_logits", starts), ("end_logits", ends)):
            outputs[name][0, : len(tokens)] = [wanted.get(token, 0) for token in tokens]
        return best_answers([(encoding, outputs)], context, top_k)

    def test_best_span(self, tokenizer):
        (found,) = self.answer(tokenizer, {"the": 20}, {"bank": 20})

        assert (found.label, found.start, found.end) == ("the bank", 14, 22)
        assert found.score == pytest.approx(1, abs=1e-6)

    def test_the_question_is_no_answer_and_does_not_count(self, tokenizer):
        (found,) = self.answer(tokenizer, {"who": 90, "mary": 20}, {"who": 90, "mary": 20})

        assert found.label == "Mary"
        assert found.score == pytest.approx(1, abs=1e-6)

    def test_no_answer_takes_its_share(self, tokenizer):
        (found,) = self.answer(tokenizer, {"[CLS]": 20, "mary": 20}, {"[CLS]": 20, "mary": 20})

        assert (found.label, found.score) == ("Mary", pytest.approx(1 / 4, abs=1e-6))

    def test_an_answer_does_not_end_before_it_begins(self, tokenizer):
        (found,) = self.answer(tokenizer, {"london": 20, "mary": 10}, {"mary": 20, "hotel": 9})

        assert found.start < found.end

    def test_answers_are_short(self, tokenizer):
        context = "mary " + "the " * MAX_ANSWER_TOKENS + "john"

        (found,) = self.answer(tokenizer, {"mary": 20}, {"john": 20}, context)

        assert found.label != context

    def test_answers_are_whole_words(self, tokenizer):
        (found,) = self.answer(tokenizer, {"##s": 20}, {"##s": 20}, "the hotels")

        assert found.label == "hotels"

    def test_several_answers_differ(self, tokenizer):
        found = self.answer(tokenizer, {"mary": 20}, {"mary": 20, "works": 19}, top_k=3)

        assert [answer.label for answer in found[:2]] == ["Mary", "Mary works"]
        assert len({(answer.start, answer.end) for answer in found}) == 3

    def test_more_answers_than_there_are_spans(self, tokenizer):
        found = self.answer(tokenizer, {}, {}, "the bank", top_k=99)

        assert sorted(answer.label for answer in found) == ["bank", "the", "the bank"]

    def test_best_window_wins(self, tokenizer):
        context = "the bank " * 20 + "london"
        windows = tokenizer.encode_windows(self.QUESTION, context, 16, stride=4)
        london = tokenizer.vocabulary.index("london")
        scored = []
        for window in windows:
            logits = np.array([[20.0 if index == london else 0.0 for index in window.input_ids]])
            scored.append((window, {"start_logits": logits, "end_logits": logits}))

        assert best_answers(scored, context, 1)[0].label == "london"

    def test_context_without_words_has_no_answer(self, tokenizer):
        assert self.answer(tokenizer, {}, {}, "\u200b") == []


def test_of_equal_scores_the_first_label_comes_first():
    labels = [f"label {index}" for index in range(150)]

    assert [each.label for each in classify_text(np.zeros(150, np.float32), labels, 150)] == labels
