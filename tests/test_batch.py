"""Many examples through `Model.batch`: the results of single calls, in order, a few at a time."""

import threading
from itertools import count, islice
from queue import SimpleQueue

import numpy as np
import pytest

import edge
from edge.batch import AHEAD, ALONE, run_in_turn, run_side_by_side
from edge.errors import InputError
from edge.samples import bundled_samples
from tests.checkpoints import save_squeezebert

THREADS = 2

# Enough that all cores work, and of both lengths of the small bundle.
TEXTS = [sample.text * (1 + index % 3) for index, sample in enumerate(bundled_samples()[:60])]


@pytest.fixture(scope="module")
def sentiment(small_bundle):
    """Return the small bundle's .tflite, which has two lengths."""
    return edge.load(small_bundle, threads=THREADS)


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    """Return a model that answers questions, in windows of 32 tokens."""
    folder = tmp_path_factory.mktemp("questions")
    checkpoint = save_squeezebert(folder / "checkpoint", "question-answering")
    edge.build(checkpoint, folder / "bundle", formats=["tflite"], recipes=["fp32"], sequence_lengths=[32])
    return edge.load(folder / "bundle", threads=THREADS)


@pytest.mark.parametrize("artifact", ["tflite-int8-dynamic-16", "onnx-int8-dynamic-32", "executorch-int8-dynamic-16"])
def test_results_are_exactly_those_of_single_calls_in_order(small_bundle, artifact):
    model = edge.load(small_bundle, artifact, threads=THREADS)

    assert list(model.batch(TEXTS, top_k=3)) == [model(text, top_k=3) for text in TEXTS]


def test_each_text_runs_at_its_own_length(sentiment):
    assert {len(sentiment.tokenizer.encode((text,), 32).input_ids) <= 16 for text in TEXTS} == {True, False}

    assert list(sentiment.batch(TEXTS)) == [sentiment(text) for text in TEXTS]


def test_pairs_are_tuples(sentiment):
    pairs = [("is my card good", text) for text in TEXTS]

    assert list(sentiment.batch(pairs)) == [sentiment(*pair) for pair in pairs]


def test_contexts_of_many_windows_are_answered(questions):
    examples = [("where", "mary works at the bank in london. " * (1 + index % 7)) for index in range(40)]

    assert list(questions.batch(examples)) == [questions(*example) for example in examples]


@pytest.mark.slow
def test_embeddings_are_not_overwritten_by_later_ones(tmp_path):
    checkpoint = save_squeezebert(tmp_path / "checkpoint", "feature-extraction")
    edge.build(checkpoint, tmp_path / "bundle", formats=["tflite"], recipes=["fp32"], sequence_lengths=[16])
    model = edge.load(tmp_path / "bundle", threads=THREADS)

    for together, alone in zip(model.batch(TEXTS), [model(text).copy() for text in TEXTS], strict=True):
        np.testing.assert_array_equal(together, alone)


def test_no_texts_have_no_results(sentiment):
    assert list(sentiment.batch([])) == []


def test_endless_input_is_read_a_few_texts_ahead(sentiment):
    read = count()
    endless = (f"pay bill {next(read)}" for _ in count())

    results = list(islice(sentiment.batch(endless), 50))

    assert len(results) == 50
    assert next(read) <= 50 + AHEAD * THREADS


def test_a_second_batch_while_the_first_is_read(sentiment):
    expected = [sentiment(text) for text in TEXTS]

    both = list(zip(sentiment.batch(TEXTS), sentiment.batch(TEXTS), strict=True))

    assert both == [(result, result) for result in expected]


def test_a_batch_that_was_left_leaves_the_model_usable(sentiment):
    for _ in islice(sentiment.batch(TEXTS), 30):
        pass

    assert list(sentiment.batch(TEXTS)) == [sentiment(text) for text in TEXTS]


@pytest.mark.parametrize("position", [0, ALONE, 50])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (3, "a value of type int is no text"),
        (None, "a value of type NoneType is no text"),
        (b"pay", "a value of type bytes is no text"),
        (("pay", 3), "a value of type int is no text"),
        ((), "no text; give a string"),
        (" ", "an empty text has nothing to predict"),
        (("a", "b", "c"), "text-classification takes one text or two, but 3 were given"),
    ],
)
def test_a_bad_example_is_named_by_its_position_after_the_results_before_it(sentiment, position, bad, message):
    texts = [*TEXTS[:position], bad, *TEXTS[position:]]
    found = []

    with pytest.raises(InputError) as error:
        found.extend(sentiment.batch(texts))

    assert str(error.value).startswith(f"texts[{position}]: {message}")
    assert "\n" not in str(error.value)


def test_one_text_is_no_batch(sentiment):
    with pytest.raises(InputError, match="batch takes many texts"):
        sentiment.batch("pay my bill")


def test_what_the_input_raises_comes_through(sentiment):
    def texts():
        yield from TEXTS[:40]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(sentiment.batch(texts()))


def test_workers_run_at_once_and_each_alone():
    workers = SimpleQueue()
    for name in range(3):
        workers.put(name)
    busy = set()
    # Whoever comes here waits for two more.
    together = threading.Barrier(3, timeout=300)

    def work(worker, text):
        assert worker not in busy
        busy.add(worker)
        together.wait()
        busy.remove(worker)
        return text

    texts = [str(number) for number in range(60)]

    assert list(run_side_by_side(work, workers, 3, texts)) == texts
    assert workers.qsize() == 3


def test_no_thread_is_left_when_the_rest_is_not_wanted():
    workers = SimpleQueue()
    workers.put(0)
    results = run_side_by_side(lambda worker, text: text, workers, 1, map(str, count()))
    before = set(threading.enumerate())

    assert next(results) == "0"
    assert set(threading.enumerate()) - before
    results.close()

    assert not set(threading.enumerate()) - before
    assert workers.qsize() == 1


def test_in_turn_nothing_is_read_ahead():
    read = count()

    results = run_in_turn(str.upper, (f"text {next(read)}" for _ in count()))

    assert [next(results), next(results)] == ["TEXT 0", "TEXT 1"]
    assert next(read) == 2
