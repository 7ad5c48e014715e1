"""optimum-onnx loads exported folders and answers what `edge.load` answers."""

from pathlib import Path

import numpy as np
import pytest

import edge
from edge.tokenizer import Tokenizer
from tests.checkpoints import VOCABULARY
from tests.clients.onnx_answers import artifact_id, ask, check_outputs, export_all, run_program, snippet_of
from tests.clients.onnx_examples import CASES, EXAMPLES, LENGTH

pytestmark = pytest.mark.client

# Of probabilities and of an embedding of unit length: float32's rounding in sums of another order.
SCORE = 1e-5
PROGRAM = Path(__file__).parent / "programs" / "optimum_answers.py"


@pytest.fixture(scope="module")
def folders(onnx_bundles, tmp_path_factory):
    return export_all("onnxruntime", onnx_bundles, tmp_path_factory.mktemp("onnxruntime"))


@pytest.fixture(scope="module")
def answers(folders, optimum_onnx_python, tmp_path_factory):
    return ask([optimum_onnx_python, PROGRAM], tmp_path_factory.mktemp("work"), folders)


@pytest.mark.parametrize(("name", "recipe"), CASES)
def test_a_batch_gives_what_the_artifact_gives_for_each_text(name, recipe, answers, onnx_bundles):
    check_outputs(onnx_bundles[name], recipe, answers[name, recipe])


@pytest.mark.parametrize(("name", "recipe"), CASES)
def test_texts_are_split_and_cut_as_edge_does(name, recipe, answers, onnx_bundles):
    tokenizer = Tokenizer(onnx_bundles[name] / "tokenizer")
    inputs = answers[name, recipe]["inputs"]

    for row, texts in enumerate(EXAMPLES[name].texts):
        expected = tokenizer.encode(texts, LENGTH)
        tokens = len(expected.input_ids)
        assert inputs["input_ids"][row][:tokens] == list(expected.input_ids)
        assert sum(inputs["attention_mask"][row]) == tokens
        if "token_type_ids" in inputs:
            assert inputs["token_type_ids"][row][:tokens] == list(expected.token_type_ids)


@pytest.mark.parametrize("recipe", EXAMPLES["text-classification"].recipes)
def test_text_classification_pipeline(recipe, answers, onnx_bundles):
    (expected,) = ask_edge(onnx_bundles, "text-classification", recipe)
    (found,) = answers["text-classification", recipe]["pipeline"]

    assert found["label"] == expected.label
    assert found["score"] == pytest.approx(expected.score, abs=SCORE)


def test_token_classification_pipeline(answers, onnx_bundles):
    expected = ask_edge(onnx_bundles, "token-classification")
    found = answers["token-classification", "int8-dynamic"]["pipeline"]

    assert [each["entity"] for each in found] == [each.label for each in expected]
    assert [(each["start"], each["end"]) for each in found] == [(each.start, each.end) for each in expected]
    np.testing.assert_allclose([each["score"] for each in found], [each.score for each in expected], atol=SCORE)


def test_question_answering_pipeline(answers, onnx_bundles):
    (expected,) = ask_edge(onnx_bundles, "question-answering")
    found = answers["question-answering", "int8-dynamic"]["pipeline"]

    assert (found["answer"], found["start"], found["end"]) == (expected.label, expected.start, expected.end)
    assert found["score"] == pytest.approx(expected.score, abs=SCORE)


def test_fill_mask_pipeline(answers, onnx_bundles):
    expected = ask_edge(onnx_bundles, "fill-mask")
    found = answers["fill-mask", "int8-dynamic"]["pipeline"]

    assert [VOCABULARY[each["token"]] for each in found] == [each.label for each in expected]
    np.testing.assert_allclose([each["score"] for each in found], [each.score for each in expected], atol=SCORE)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_readme_s_program_runs(name, folders, optimum_onnx_python):
    folder = folders[name, "int8-dynamic"]

    assert run_program([optimum_onnx_python, "-c", snippet_of(folder, "python")], folder).strip()


def ask_edge(bundles, name, recipe="int8-dynamic"):
    return edge.load(bundles[name], artifact=artifact_id(recipe), threads=1)(*EXAMPLES[name].question)
