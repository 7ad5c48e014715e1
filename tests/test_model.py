"""`edge.load`: from texts to predictions, for every task, as transformers predicts."""

import numpy as np
import pytest
import torch
import transformers

import edge
from edge.errors import InputError
from edge.tasks import TASKS
from tests.checkpoints import save_squeezebert, saved_model

TEXT = "transfer money to my bank account today"
LABELS = {"text-classification": ("negative", "neutral", "positive"), "token-classification": ("O", "B-PLACE", "B-DAY")}


class Built:
    """A checkpoint, its fp32 bundle, and the model that transformers reads from the checkpoint."""

    def __init__(self, task, folder):
        options = {"labels": LABELS[task]} if task in LABELS else {}
        self.checkpoint = save_squeezebert(folder / task, task, **options)
        self.bundle = folder / f"{task}-bundle"
        # An overlap of 32 tokens is asked of windows: it must shrink for windows of 32.
        lengths = (32,) if task == "question-answering" else (16,)
        self.returned = edge.build(
            str(self.checkpoint), str(self.bundle), formats=["tflite"], recipes=["fp32"], sequence_lengths=lengths
        )
        self.model = edge.load(self.bundle)

    def pipeline(self):
        name = self.model.task.name
        return transformers.pipeline(name, model=str(self.checkpoint), tokenizer=str(self.checkpoint), device="cpu")

    def tokens(self, *texts):
        tokenizer = transformers.AutoTokenizer.from_pretrained(self.checkpoint)
        return tokenizer(*texts, padding=True, return_tensors="pt")

    def outputs(self, **inputs):
        with torch.inference_mode():
            return saved_model(self.checkpoint)(**inputs)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a function that gives the `Built` of a task, which is built at its first use."""
    folder = tmp_path_factory.mktemp("tasks")
    made = {}

    def give(task):
        if task not in made:
            made[task] = Built(task, folder)
        return made[task]

    return give


@pytest.fixture(scope="module")
def sentiment(small_bundle):
    """Return the model of the small bundle, which has two lengths."""
    return edge.load(small_bundle)


def test_build_returns_the_bundle(built):
    returned = built("text-classification").returned

    assert returned.directory == built("text-classification").bundle
    assert [artifact.id for artifact in returned.manifest.artifacts] == ["tflite-fp32-16"]


def test_classification_returns_the_best_label(built):
    (best,) = built("text-classification").model(TEXT)

    assert best.label in LABELS["text-classification"]
    assert 1 / 3 < best.score <= 1
    assert (best.start, best.end) == (None, None)


def test_classification_scores_equal_transformers(built):
    ours = built("text-classification").model(TEXT, top_k=3)
    theirs = built("text-classification").pipeline()(TEXT, top_k=3)

    assert [prediction.label for prediction in ours] == [row["label"] for row in theirs]
    assert [prediction.score for prediction in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-3)


def test_classification_of_two_texts_equals_transformers(built):
    ours = built("text-classification").model("is my card good", "not in paris", top_k=3)
    theirs = built("text-classification").pipeline()({"text": "is my card good", "text_pair": "not in paris"}, top_k=3)

    assert [prediction.label for prediction in ours] == [row["label"] for row in theirs]
    assert [prediction.score for prediction in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-3)


def test_token_classification_labels_words_as_transformers(built):
    text = "mary works at the hotel in london today"
    rows = built("token-classification").pipeline()(text)
    theirs = [(row["entity"], row["score"], row["start"], row["end"]) for row in rows if row["word"][:2] != "##"]

    ours = built("token-classification").model(text)

    assert [(p.label, p.start, p.end) for p in ours] == [(label, start, end) for label, _, start, end in theirs]
    assert [p.score for p in ours] == pytest.approx([score for _, score, _, _ in theirs], abs=1e-3)
    assert "O" not in {p.label for p in ours}


def test_fill_mask_returns_five_words_as_transformers(built):
    text = "pay my [MASK] today"
    theirs = built("fill-mask").pipeline()(text)

    ours = built("fill-mask").model(text)

    assert [p.label for p in ours] == [row["token_str"] for row in theirs]
    assert [p.score for p in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-3)
    assert {text[p.start : p.end] for p in ours} == {"[MASK]"}


def test_fill_mask_needs_a_mask(built):
    with pytest.raises(InputError, match=r"\[MASK\]"):
        built("fill-mask").model(TEXT)


def test_features_are_the_vectors_of_the_tokens_as_transformers_computes_them(built):
    theirs = np.array(built("feature-extraction").pipeline()(TEXT)[0])

    ours = built("feature-extraction").model(TEXT)

    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape == (9, 32)
    assert ours == pytest.approx(theirs, abs=1e-3)


def test_question_answering_returns_the_best_span_of_the_context(built):
    context = "mary works at the bank in london."

    (answer,) = built("question-answering").model("where", context)

    assert context[answer.start : answer.end] == answer.label
    assert answer.label
    assert 0 < answer.score <= 1


def test_question_answering_scores_spans_as_transformers_logits_say(built):
    context = "mary works at the bank"
    inputs = built("question-answering").tokens("where", context)
    outputs = built("question-answering").outputs(**inputs)
    # [CLS] where [SEP] mary works at the bank [SEP]: only the context's words and [CLS], for no answer, count.
    words = [0, 3, 4, 5, 6, 7]
    starts, ends = (logits[0][words].softmax(0)[1:] for logits in (outputs.start_logits, outputs.end_logits))
    best = torch.outer(starts, ends).triu().max().item()

    (answer,) = built("question-answering").model("where", context)

    assert answer.score == pytest.approx(best, abs=1e-3)


def test_question_answering_reads_a_context_of_many_windows_to_its_end(built):
    context = " ".join(["mary works at the bank", "john works at the hotel", "call me tomorrow"] * 8)
    model = built("question-answering").model
    assert model.token_count("where", context) > 3 * model.max_length

    answers = model("where", context, top_k=1000)

    assert {context[answer.start : answer.end] for answer in answers} == {answer.label for answer in answers}
    assert max(answer.end for answer in answers) == len(context)
    assert min(answer.start for answer in answers) == 0


def test_question_longer_than_the_model_is_refused(built):
    with pytest.raises(InputError, match="question has too many tokens"):
        built("question-answering").model("where " * 40, "in paris")


def test_multiple_choice_ranks_all_choices_as_transformers(built):
    choices = ("a flight to paris", "the weather", "not good")
    inputs = built("multiple-choice").tokens([TEXT] * 3, list(choices))
    outputs = built("multiple-choice").outputs(**{name: rows.unsqueeze(0) for name, rows in inputs.items()})

    ours = built("multiple-choice").model(TEXT, *choices)

    theirs = outputs.logits[0].softmax(0).tolist()
    assert {p.label: p.score for p in ours} == pytest.approx(dict(zip(choices, theirs, strict=True)), abs=1e-3)
    assert [p.score for p in ours] == sorted((p.score for p in ours), reverse=True)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_refuses_a_text_without_words(built, task):
    with pytest.raises(InputError, match="empty text"):
        built(task).model("  ")


@pytest.mark.parametrize(
    ("task", "texts", "wanted"),
    [
        ("text-classification", 3, "one text or two"),
        ("token-classification", 2, "one text"),
        ("feature-extraction", 2, "one text"),
        ("fill-mask", 2, "one text"),
        ("question-answering", 1, "a question and a context"),
        ("question-answering", 3, "a question and a context"),
        ("multiple-choice", 2, "a text and at least two choices"),
    ],
)
def test_every_task_refuses_a_wrong_number_of_texts(built, task, texts, wanted):
    with pytest.raises(InputError, match=f"{task} takes {wanted}, but {texts} were given"):
        built(task).model(*["money"] * texts)


@pytest.mark.parametrize("words", [1, 14, 15, 30])
def test_shortest_length_that_holds_the_text_runs(sentiment, words):
    encoding = sentiment.tokenizer.encode(("money " * words,), sentiment.max_length)
    fitting = 16 if words + 2 <= 16 else 32
    one_length = edge.load(sentiment.bundle.directory, artifact=f"tflite-int8-dynamic-{fitting}")

    assert sentiment.run(encoding)["logits"].tolist() == one_length.run(encoding)["logits"].tolist()


def test_all_lengths_of_the_best_format_are_served(sentiment):
    assert [artifact.id for artifact in sentiment.artifacts] == ["tflite-int8-dynamic-16", "tflite-int8-dynamic-32"]
    assert sentiment.max_length == 32


def test_end_of_a_long_text_is_not_read(sentiment):
    assert sentiment.token_count("money " * 50) == 52
    assert sentiment("money " * 50) == sentiment("money " * 40)


def test_two_long_texts_are_read_in_time(sentiment):
    (best,) = sentiment("money " * 3000, "bank " * 5000)

    assert best.label


def test_longest_choice_counts(built):
    assert built("multiple-choice").model.token_count("pay", "the bill", "a card a bank money") == 9


def test_artifact_can_be_chosen(small_bundle):
    model = edge.load(small_bundle, artifact="onnx-int8-dynamic-16", threads=1)

    assert model.max_length == 16
    assert model(TEXT)[0].label in LABELS["text-classification"]


def test_all_formats_agree(small_bundle):
    scores = [
        edge.load(small_bundle, artifact=f"{name}-16")(TEXT, top_k=3)
        for name in ("executorch-int8-dynamic", "coreml-int8-weight", "tflite-int8-dynamic", "onnx-int8-dynamic")
    ]

    for predictions in scores:
        assert {p.label: p.score for p in predictions} == pytest.approx({p.label: p.score for p in scores[0]}, abs=0.02)


def test_unknown_artifact_is_refused(small_bundle):
    with pytest.raises(InputError, match="no artifact 'tflite'"):
        edge.load(small_bundle, artifact="tflite")


def test_damaged_artifact_is_refused_when_it_is_loaded(copied_bundle):
    (copied_bundle / "tflite" / "int8-dynamic-16.tflite").write_bytes(b"not a model")

    with pytest.raises(InputError, match=r"int8-dynamic-16\.tflite: LiteRT cannot load it"):
        edge.load(copied_bundle)


def test_missing_artifact_is_refused_when_it_is_loaded(copied_bundle):
    (copied_bundle / "tflite" / "int8-dynamic-16.tflite").unlink()

    with pytest.raises(InputError, match=r"int8-dynamic-16\.tflite: no such artifact"):
        edge.load(copied_bundle)
