"""What a Core ML package says of itself, and a package of several lengths."""

import json
import shutil

import pytest

from converters import FileOptions, convert
from converters.coreml_constants import share_constants
from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.runtimes import load_runtime
from edge.runtimes.mil.package import read_package
from quantize import find_recipe

LENGTHS = (8, 16)
RECIPE = find_recipe("int8-weight")
CARD = "---\nlicense: mit\nauthors: [Ada, Bob]\n---\n# A model\n"


@pytest.fixture(scope="module")
def described_checkpoint(checkpoint_folder, tmp_path_factory):
    """Return the small checkpoint with a model card."""
    folder = shutil.copytree(checkpoint_folder, tmp_path_factory.mktemp("described") / "intents")
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    return load_checkpoint(folder)


@pytest.fixture(scope="module")
def single(described_checkpoint, tmp_path_factory):
    (artifact,) = convert(
        "coreml", described_checkpoint, (RECIPE,), LENGTHS[-1], tmp_path_factory.mktemp("one"), {}, "neural-engine"
    )
    return artifact


@pytest.fixture(scope="module")
def several(described_checkpoint, tmp_path_factory):
    (artifact,) = convert(
        "coreml", described_checkpoint, (RECIPE,), LENGTHS, tmp_path_factory.mktemp("several"), {}, "neural-engine"
    )
    return artifact


def description(artifact):
    return read_package(artifact.path).spec.description


def weight_bytes(artifact):
    return sum(file.stat().st_size for file in artifact.path.rglob("weight.bin"))


@pytest.mark.parametrize("package", ["single", "several"])
def test_author_and_licence_come_from_the_model_card(package, request):
    metadata = description(request.getfixturevalue(package)).metadata

    assert (metadata.author, metadata.license) == ("Ada, Bob", "mit")


def test_description_names_task_length_and_recipe(single):
    text = description(single).metadata.shortDescription

    assert text.startswith("SqueezeBERT encoder of 2 layers, text-classification, for 16 tokens. int8-weight: ")


def test_labels_are_a_list_in_the_order_of_the_logits(single, described_checkpoint):
    labels = json.loads(description(single).metadata.userDefined["labels"])

    assert labels == list(described_checkpoint.labels)


def test_inputs_and_outputs_have_the_manifest_s_names_and_a_description(single):
    described = description(single)

    for features, specs in ((described.input, single.inputs), (described.output, single.outputs)):
        assert [feature.name for feature in features] == [spec.name for spec in specs]
        assert all(feature.shortDescription for feature in features)


def test_inputs_of_each_function_have_a_description(several):
    functions = description(several).functions

    assert [function.name for function in functions] == ["length_8", "length_16"]
    assert all(feature.shortDescription for function in functions for feature in [*function.input, *function.output])


def test_the_longest_function_is_the_default(several):
    assert description(several).defaultFunctionName == "length_16"


def test_functions_are_listed_with_their_lengths(several):
    assert several.id == "coreml-neural-engine-int8-weight-multi"
    assert several.sequence_lengths == LENGTHS
    assert [(function.name, function.sequence_length) for function in several.functions] == [
        ("length_8", 8),
        ("length_16", 16),
    ]
    assert several.functions[0].inputs[0].shape == [1, 8]


def test_functions_share_their_weights(single, several):
    assert weight_bytes(several) <= 1.05 * weight_bytes(single)


def test_each_function_computes_what_the_package_of_its_length_does(single, several, inputs, described_checkpoint):
    def run(artifact, options, length):
        feed = {name: values[:, :length] for name, values in inputs.items()}
        runtime = load_runtime(
            "coreml", artifact.path, artifact.inputs, artifact.outputs, 1, artifact.minimum_runtime, options
        )
        return runtime.run(feed)["logits"]

    assert (run(several, {"function": "length_16"}, 16) == run(single, {}, 16)).all()
    assert run(several, {"function": "length_8"}, 8).shape == (1, 3)


def test_several_lengths_need_ios_18(several, described_checkpoint, tmp_path):
    assert several.minimum_runtime == {"iOS": "18", "macOS": "15"}
    with pytest.raises(InputError, match="several lengths needs deployment target iOS18, iOS17 is too low"):
        convert("coreml", described_checkpoint, (RECIPE,), LENGTHS, tmp_path, {}, None, FileOptions("iOS17"))


def test_several_lengths_in_a_file_of_another_format_are_refused(described_checkpoint, tmp_path):
    with pytest.raises(InputError, match="onnx for cpu has one length in a file"):
        convert("onnx", described_checkpoint, (find_recipe("fp32"),), LENGTHS, tmp_path, {})


def test_low_deployment_target_is_written_and_recorded(described_checkpoint, tmp_path):
    (artifact,) = convert("coreml", described_checkpoint, (RECIPE,), 8, tmp_path, {}, None, FileOptions("iOS16"))

    # https://apple.github.io/coremltools/mlmodel/Format/Model.html: version 7 is iOS 16.
    assert read_package(artifact.path).spec.specificationVersion == 7
    assert artifact.minimum_runtime == {"iOS": "16", "macOS": "13"}


def test_equal_small_constants_are_stored_once(single):
    program = read_package(single.path).spec.mlProgram.functions["main"]
    constants = [
        operation.attributes["val"].SerializeToString(deterministic=True)
        for operation in program.block_specializations[program.opset].operations
        if operation.type == "const" and operation.attributes["val"].WhichOneof("value") == "immediateValue"
    ]

    assert len(constants) == len(set(constants))


def test_sharing_constants_twice_changes_nothing_more(single):
    spec = read_package(single.path).spec
    before = spec.SerializeToString(deterministic=True)
    share_constants(spec)

    assert spec.SerializeToString(deterministic=True) == before
