"""transformers.js loads exported folders and answers what `edge.load` answers, in Node and in WebAssembly."""

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
PROGRAM = Path(__file__).parent / "programs" / "transformersjs_answers.mjs"


@pytest.fixture(scope="module")
def folders(onnx_bundles, tmp_path_factory):
    return export_all("transformersjs", onnx_bundles, tmp_path_factory.mktemp("transformersjs"))


@pytest.fixture(scope="module", params=["cpu", "wasm"])
def answers(request, folders, node_folder):
    return ask(["node", PROGRAM, request.param], node_folder, folders)


@pytest.mark.parametrize(("name", "recipe"), CASES)
def test_a_batch_gives_what_the_artifact_gives_for_each_text(name, recipe, answers, onnx_bundles):
    check_outputs(onnx_bundles[name], recipe, answers[name, recipe])


@pytest.mark.parametrize(("name", "recipe"), CASES)
def test_texts_are_split_as_edge_does_and_cut_behind_the_last_token_that_fits(name, recipe, answers, onnx_bundles):
    tokenizer = Tokenizer(onnx_bundles[name] / "tokenizer")
    inputs = answers[name, recipe]["inputs"]

    for row, texts in enumerate(EXAMPLES[name].texts):
        uncut = tokenizer.encode(texts, 1000)
        tokens = min(len(uncut.input_ids), LENGTH)
        assert inputs["input_ids"][row][:tokens] == list(uncut.input_ids[:tokens])
        assert sum(inputs["attention_mask"][row]) == tokens
        if "token_type_ids" in inputs:
            assert inputs["token_type_ids"][row][:tokens] == list(uncut.token_type_ids[:tokens])


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
    assert [each["word"] for each in found] == EXAMPLES["token-classification"].question[0].split()
    np.testing.assert_allclose([each["score"] for each in found], [each.score for each in expected], atol=SCORE)


def test_question_answering_pipeline(answers, onnx_bundles):
    (expected,) = ask_edge(onnx_bundles, "question-answering")
    found = answers["question-answering", "int8-dynamic"]["pipeline"]

    assert found["answer"] == expected.label
    assert found["score"] == pytest.approx(expected.score, abs=SCORE)


def test_fill_mask_pipeline(answers, onnx_bundles):
    expected = ask_edge(onnx_bundles, "fill-mask")
    found = answers["fill-mask", "int8-dynamic"]["pipeline"]

    assert [VOCABULARY[each["token"]] for each in found] == [each.label for each in expected]
    np.testing.assert_allclose([each["score"] for each in found], [each.score for each in expected], atol=SCORE)


def test_pooling_by_the_pipeline_is_the_models_own(answers, onnx_bundles):
    expected = ask_edge(onnx_bundles, "sentence-embedding")

    np.testing.assert_allclose(answers["sentence-embedding", "int8-dynamic"]["pipeline"], expected, atol=SCORE)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_readme_s_program_runs(name, folders, node_folder):
    folder = folders[name, "int8-dynamic"]
    # Node looks for packages beside the program and above it, not in the folder that it runs in.
    program = node_folder / f"readme-{name}.mjs"
    program.write_text(snippet_of(folder, "js"), encoding="utf-8")

    assert run_program(["node", program], folder).strip()


def ask_edge(bundles, name, recipe="int8-dynamic"):
    answer = edge.load(bundles[name], artifact=artifact_id(recipe), threads=1)(*EXAMPLES[name].question)
    return list(answer)
