"""Core ML packages that answer with a label (`--coreml-classifier`): what they declare, and what they compute."""

import shutil
from dataclasses import replace

import coremltools
import numpy as np
import pytest

from converters import FileOptions, convert
from converters.coreml_classifier import check_classes
from edge import build
from edge.checkpoint import load_checkpoint
from edge.checksums import sha256
from edge.errors import InputError
from edge.inspection import inspect_artifact
from edge.runtimes import coreml
from edge.runtimes.mil.package import function_operations, read_package
from quantize import find_recipe
from tests.bundles import correct_the_manifest
from tests.checkpoints import save_bert, save_squeezebert
from tests.plans import static_plan

LENGTH = 16
CLASSIFIER = FileOptions(classifier=True)
# In no order, one a number, one beyond ASCII.
LABELS = ("zürich", "0", "transfer money", "a")
RECIPES = ("fp32", "fp16", "int8-weight", "int8-static")
BACKENDS = ("cpu-gpu", "neural-engine")


@pytest.fixture(scope="module")
def classes_folder(tmp_path_factory):
    return save_squeezebert(tmp_path_factory.mktemp("checkpoint") / "answers", labels=LABELS)


@pytest.fixture(scope="module")
def answering(classes_folder):
    """Return the checkpoint whose labels the packages answer with."""
    return load_checkpoint(classes_folder)


@pytest.fixture(scope="module", params=BACKENDS)
def artifacts(request, answering, tmp_path_factory):
    """Return the packages of each layout in turn, by recipe."""
    plans = {"int8-static": static_plan(answering, LENGTH)}
    folder = tmp_path_factory.mktemp(request.param)
    recipes = tuple(map(find_recipe, RECIPES))
    made = convert("coreml", answering, recipes, LENGTH, folder, plans, request.param, CLASSIFIER)
    return {artifact.recipe: artifact for artifact in made}


@pytest.fixture(scope="module")
def several(answering, tmp_path_factory):
    """Return a package of two lengths."""
    recipe = (find_recipe("int8-weight"),)
    folder = tmp_path_factory.mktemp("several")
    (artifact,) = convert("coreml", answering, recipe, (8, LENGTH), folder, {}, None, CLASSIFIER)
    return artifact


@pytest.fixture(scope="module")
def answering_bundle(classes_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "answers"
    options = {"formats": ["coreml"], "recipes": ["int8-weight"], "sequence_lengths": [LENGTH]}
    build(classes_folder, folder, coreml_classifier=True, cache=False, **options)
    return folder


@pytest.fixture
def bundle(answering_bundle, tmp_path):
    """Return a copy for one test to break."""
    return shutil.copytree(answering_bundle, tmp_path / "answers")


def evaluation(artifact, function=None):
    return coreml.evaluate(read_package(artifact.path), function)


def softmax(logits):
    powers = np.exp(logits.astype(np.float64).ravel())
    return powers / powers.sum()


def change_classify(bundle, change):
    """Change the operation ``classify`` of the bundle's only package."""
    (package,) = bundle.glob("coreml/*.mlpackage")
    spec = read_package(package).spec
    function = spec.mlProgram.functions["main"]
    change(function.block_specializations[function.opset].operations[-1])
    (package / "Data" / "com.apple.CoreML" / "model.mlmodel").write_bytes(spec.SerializeToString(deterministic=True))
    correct_the_manifest(bundle)


@pytest.mark.parametrize("recipe", RECIPES)
def test_coremltools_reads_a_classifier(artifacts, recipe):
    model = coremltools.models.MLModel(str(artifacts[recipe].path), skip_model_load=True)
    description = model.get_spec().description

    assert [(each.name, each.type.WhichOneof("Type")) for each in description.output] == [
        ("classLabel", "stringType"),
        ("classLabel_probs", "dictionaryType"),
        ("logits", "multiArrayType"),
    ]
    assert description.output[1].type.dictionaryType.WhichOneof("KeyType") == "stringKeyType"
    assert (description.predictedFeatureName, description.predictedProbabilitiesName) == (
        "classLabel",
        "classLabel_probs",
    )
    assert all(each.shortDescription for each in description.output)


@pytest.mark.parametrize("recipe", RECIPES)
def test_labels_stand_in_the_order_of_the_logits(artifacts, recipe):
    assert evaluation(artifacts[recipe]).classes == LABELS


@pytest.mark.parametrize("recipe", RECIPES)
def test_probabilities_are_the_softmax_of_the_logits(artifacts, recipe, inputs):
    evaluated = evaluation(artifacts[recipe])
    logits, answer = evaluated.run(inputs)["logits"], evaluated.classify(inputs)

    assert tuple(answer.probabilities) == LABELS
    assert np.array(list(answer.probabilities.values())) == pytest.approx(softmax(logits), abs=1e-6)
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-6)
    assert answer.label == LABELS[int(logits.argmax())]


@pytest.mark.parametrize("recipe", RECIPES)
def test_softmax_is_float32_whatever_the_recipe(artifacts, recipe):
    operations = function_operations(read_package(artifacts[recipe].path))
    (tensor,) = [each.outputs[0].type.tensorType for each in operations if each.outputs[0].name == "probabilities"]

    assert tensor.dataType == coremltools.proto.MIL_pb2.FLOAT32


@pytest.mark.parametrize("recipe", RECIPES)
def test_manifest_lists_tensors_only(artifacts, recipe, inputs):
    artifact = artifacts[recipe]

    assert [spec.name for spec in artifact.outputs] == ["logits"]
    assert list(evaluation(artifact).run(inputs)) == ["logits"]


def test_inspection_counts_the_operation(artifacts):
    assert inspect_artifact(artifacts["fp16"].path).delegation.delegated_ops > 0
    types = [operation.type for operation in function_operations(read_package(artifacts["fp16"].path))]
    assert types.count("classify") == 1
    assert types[-1] == "classify"


def test_logits_are_those_of_a_package_without_label(answering, artifacts, inputs, tmp_path):
    backend = artifacts["int8-weight"].backend
    (plain,) = convert("coreml", answering, (find_recipe("int8-weight"),), LENGTH, tmp_path, {}, backend)
    without = evaluation(plain)

    assert without.classes is None
    with pytest.raises(InputError, match="gives no label; build it with --coreml-classifier"):
        without.classify(inputs)
    assert (without.run(inputs)["logits"] == evaluation(artifacts["int8-weight"]).run(inputs)["logits"]).all()


def test_every_function_answers(several, inputs):
    described = read_package(several.path).spec.description.functions

    assert [each.predictedFeatureName for each in described] == ["classLabel", "classLabel"]
    for function, length in (("length_8", 8), ("length_16", LENGTH)):
        evaluated = evaluation(several, function)
        feed = {name: values[:, :length] for name, values in inputs.items()}
        answer = evaluated.classify(feed)
        assert evaluated.classes == LABELS
        assert answer.label == LABELS[int(evaluated.run(feed)["logits"].argmax())]


def test_same_checkpoint_gives_the_same_bytes(answering, several, tmp_path):
    recipe = (find_recipe("int8-weight"),)
    (again,) = convert("coreml", answering, recipe, (8, LENGTH), tmp_path, {}, None, CLASSIFIER)

    assert sha256(again.path) == sha256(several.path)


def test_delegate_of_executorch_has_tensors_only(answering, tmp_path, inputs):
    recipe = (find_recipe("fp16"),)
    (artifact,) = convert("executorch", answering, recipe, LENGTH, tmp_path, {}, "coreml", CLASSIFIER)

    assert b"classify" not in artifact.path.read_bytes()


def test_verification_passes(answering_bundle, squeezebert_edge):
    assert squeezebert_edge("verify", answering_bundle).status == 0


def test_labels_in_another_order_are_found(bundle, squeezebert_edge):
    def swap(operation):
        values = operation.inputs["classes"].arguments[0].value.immediateValue.list.values
        first, second = (each.immediateValue.tensor.strings for each in values[:2])
        first.values[0], second.values[0] = second.values[0], first.values[0]

    change_classify(bundle, swap)
    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 1
    assert "coreml-int8-weight-16: classify calls class 0 '0', the model 'zürich'" in finished.stderr


def test_probabilities_of_something_else_are_found(bundle, squeezebert_edge):
    def read_logits(operation):
        operation.inputs["probabilities"].arguments[0].name = "logits"

    change_classify(bundle, read_logits)
    finished = squeezebert_edge("verify", bundle)

    assert finished.status == 1
    assert "wrong-probability in classify 'classLabel': " in finished.stderr
    assert "the softmax of the logits" in finished.stderr


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            ("yes", "no", "yes"),
            "needs labels that differ, and of answers's 'yes' stands for 2 of them; correct id2label",
        ),
        (("yes", ""), "needs labels that differ, and of answers's one is empty; correct id2label"),
        (("score",), "needs several labels, and answers has a single score; leave the option out"),
    ],
)
def test_labels_that_name_no_class_are_refused(answering, labels, message):
    with pytest.raises(InputError, match=message):
        check_classes(replace(answering, labels=labels))


def test_other_tasks_are_refused_before_anything_is_converted(squeezebert_edge, tmp_path):
    folder = save_bert(tmp_path / "tags", "token-classification")

    words = ("build", folder, "--out", tmp_path / "bundle", "--formats", "coreml", "--coreml-classifier")
    finished = squeezebert_edge(*words)

    assert finished.status == 2
    assert "--coreml-classifier gives a text one label, and tags is for token-classification; leave the option" in (
        finished.stderr
    )
    assert not (tmp_path / "bundle").exists()


def test_other_formats_are_refused(squeezebert_edge, classes_folder, tmp_path):
    words = ("build", classes_folder, "--out", tmp_path / "bundle", "--formats", "onnx", "--coreml-classifier")
    finished = squeezebert_edge(*words)

    assert finished.status == 2
    assert "--coreml-classifier is for coreml" in finished.stderr
