"""What a build makes by default, and which wishes contradict each other."""

import math

import pytest

from converters import FileOptions
from edge.build_options import (
    calibrated_recipes,
    check_file_options,
    check_packages,
    choose_lengths,
    choose_recipes,
    with_calibrated_recipe,
)
from edge.checkpoint import load_checkpoint
from edge.errors import InputError, MissingPackageError
from tests.checkpoints import save_squeezebert


def choose(formats=None, recipes=None, targets=(), backends=()):
    """Return the chosen recipes by format, and by format and backend where that is not the format's default."""
    plan = choose_recipes(formats, recipes, targets, backends)
    return {backend.format if backend.is_default else (backend.format, backend.name): plan[backend] for backend in plan}


def refusal(**wishes):
    with pytest.raises(InputError) as error:
        choose(**wishes)
    return str(error.value)


def check_system(formats, recipes, asked=None, multifunction=False):
    check_options(formats, recipes, multifunction, deployment_target=asked)


def check_options(formats, recipes, multifunction=False, **options):
    check_file_options(choose_recipes(formats, recipes, ()), FileOptions(**options), multifunction)


def test_default_is_int8_in_every_format():
    assert choose() == {
        "executorch": ("int8-dynamic",),
        "coreml": ("int8-weight",),
        "tflite": ("int8-dynamic",),
        "onnx": ("int8-dynamic",),
    }


def test_named_recipe_is_built_wherever_it_is_offered():
    assert choose(recipes=["fp16"]) == {"coreml": ("fp16",)}


def test_recipes_keep_their_order_and_count_once():
    assert choose(formats=["onnx"], recipes=["int8-dynamic", "fp32", "int8-dynamic"]) == {
        "onnx": ("int8-dynamic", "fp32")
    }


def test_targets_choose_the_formats():
    assert set(choose(targets=["pixel-8"])) == {"executorch", "tflite"}


def test_named_formats_count_before_those_of_targets():
    assert set(choose(formats=["tflite"], targets=["pixel-8"])) == {"tflite"}


@pytest.mark.parametrize(
    ("wishes", "name"),
    [
        ({"formats": ["gguf"]}, "unknown format 'gguf'"),
        ({"recipes": ["int4"]}, "unknown recipe 'int4'"),
        ({"targets": ["toaster"]}, "unknown target 'toaster'"),
    ],
)
def test_unknown_name_is_refused_with_the_known_ones(wishes, name):
    message = refusal(**wishes)

    assert name in message
    assert "choose one of" in message


def test_format_that_offers_none_of_the_recipes_is_refused():
    message = refusal(formats=["coreml"], recipes=["int8-dynamic"])

    assert "coreml does not offer int8-dynamic" in message
    assert "fp32, fp16, int8-static, int8-weight" in message


def test_recipe_that_fits_no_named_format_is_refused():
    assert refusal(formats=["tflite"], recipes=["fp32", "fp16"]) == "fp16 is for coreml; add one of these to --formats"


def test_target_that_no_artifact_fits_is_refused():
    message = refusal(formats=["onnx"], targets=["iphone-15-pro"])

    assert "iphone-15-pro needs coreml or executorch" in message


def test_target_chooses_the_backend():
    assert choose(formats=["coreml"], targets=["iphone-15-pro"]) == {("coreml", "neural-engine"): ("int8-weight",)}


def test_named_backend_counts_before_that_of_a_target():
    chosen = choose(formats=["coreml"], targets=["iphone-15-pro"], backends=["cpu-gpu"])

    assert chosen == {"coreml": ("int8-weight",)}


def test_several_backends_of_a_format_are_built_side_by_side():
    chosen = choose(formats=["coreml"], recipes=["fp16"], backends=["neural-engine", "cpu-gpu"])

    assert chosen == {("coreml", "neural-engine"): ("fp16",), "coreml": ("fp16",)}


def test_executorch_through_core_ml_has_core_ml_s_recipes():
    assert choose(formats=["executorch"], backends=["coreml"]) == {("executorch", "coreml"): ("int8-weight",)}


def test_recipe_that_a_named_backend_does_not_offer_is_refused():
    message = refusal(formats=["executorch"], recipes=["int8-dynamic"], backends=["coreml"])

    assert message.startswith("executorch for coreml does not offer int8-dynamic: it has fp32, fp16, ")


def test_unknown_backend_is_refused_with_the_known_ones():
    assert refusal(backends=["tpu"]) == (
        "unknown backend 'tpu': choose one of xnnpack, coreml, cpu-gpu, neural-engine, cpu"
    )


def test_backend_of_another_format_is_refused():
    message = refusal(formats=["onnx"], backends=["neural-engine"])

    assert message == "--backend neural-engine is for coreml; add it to --formats"


@pytest.mark.parametrize(
    ("recipe", "asked"), [("int8-static", "iOS16"), ("int4-weight", "iOS17"), ("palette6-weight", "iOS16")]
)
def test_recipe_is_refused_for_too_low_a_deployment_target(recipe, asked):
    with pytest.raises(InputError, match=rf"{recipe} needs deployment target iOS1\d, {asked} is too low"):
        check_system(["coreml"], [recipe], asked)


@pytest.mark.parametrize("asked", [None, "iOS18"])
def test_recipe_of_a_new_system_is_built_where_nothing_older_is_asked_for(asked):
    check_system(["coreml"], ["fp16", "int4-weight"], asked)


def test_several_lengths_in_one_package_are_refused_for_too_low_a_deployment_target():
    with pytest.raises(InputError, match="--multifunction needs deployment target iOS18, iOS17 is too low"):
        check_system(["coreml"], ["fp16"], "iOS17", multifunction=True)


def test_unknown_deployment_target_is_refused():
    with pytest.raises(InputError, match="unknown deployment target 'iOS3': choose one of iOS16, iOS17, iOS18"):
        check_system(["coreml"], ["fp16"], "iOS3")


@pytest.mark.parametrize(
    ("formats", "options", "message"),
    [
        (["tflite"], {"deployment_target": "iOS18"}, "--deployment-target is for executorch for coreml or coreml"),
        (["onnx"], {"metadata": "mediapipe"}, "--metadata is for tflite"),
        (["coreml"], {"input_dtype": "int64"}, "--input-dtype is for executorch"),
        (["executorch"], {"classifier": True}, "--coreml-classifier is for coreml"),
    ],
)
def test_option_that_nothing_takes_is_refused(formats, options, message):
    with pytest.raises(InputError, match=f"{message}.*; build that too, or leave the option out"):
        check_options(formats, ["fp32"], **options)


def test_option_is_taken_where_one_of_the_formats_takes_it():
    check_options(["onnx", "tflite"], ["fp32"], metadata="none")


@pytest.mark.parametrize(("option", "flag"), [("metadata", "--metadata"), ("input_dtype", "--input-dtype")])
def test_unknown_value_of_an_option_is_refused(option, flag):
    with pytest.raises(InputError, match=f"unknown {flag} 'else': choose one of "):
        FileOptions(**{option: "else"})


def test_several_lengths_in_one_package_without_core_ml_are_refused():
    with pytest.raises(InputError, match="--multifunction is for Core ML packages; add coreml to --formats"):
        check_system(["tflite"], ["fp32"], multifunction=True)


def test_calibrated_recipes_are_named_once():
    plan = choose_recipes(["onnx", "tflite"], ["int8-static", "fp32"], ())

    assert calibrated_recipes(plan) == ("int8-static",)


def test_default_recipes_need_no_calibration():
    assert calibrated_recipes(choose_recipes(None, None, ())) == ()


@pytest.mark.parametrize("recipes", [None, [], ["fp32"], ["fp32", "int8-static"]])
def test_without_a_limit_recipes_are_as_named(recipes):
    assert with_calibrated_recipe(recipes, None) == recipes


@pytest.mark.parametrize("recipes", [None, []])
def test_a_limit_alone_builds_the_calibrated_recipe(recipes):
    assert with_calibrated_recipe(recipes, 0.5) == ["int8-static"]


def test_a_limit_and_a_calibrated_recipe_among_others():
    assert with_calibrated_recipe(["fp32", "int8-static"], 0.0) == ["fp32", "int8-static"]


def test_a_limit_without_a_calibrated_recipe_is_refused():
    with pytest.raises(InputError, match="fp32, int8-dynamic has none: add --recipe int8-static"):
        with_calibrated_recipe(["fp32", "int8-dynamic"], 0.5)


@pytest.mark.parametrize(
    ("limit", "message"), [(-0.5, "-0.5 is negative"), (math.inf, "inf is no limit"), (math.nan, "nan is no limit")]
)
def test_a_limit_that_means_nothing_is_refused(limit, message):
    with pytest.raises(InputError, match=message):
        with_calibrated_recipe(None, limit)


@pytest.fixture(scope="module")
def long_checkpoint(tmp_path_factory):
    return load_checkpoint(save_squeezebert(tmp_path_factory.mktemp("checkpoints") / "intents", max_length=512))


@pytest.fixture(scope="module")
def short_checkpoint(tmp_path_factory):
    return load_checkpoint(save_squeezebert(tmp_path_factory.mktemp("checkpoints") / "intents", max_length=64))


def test_default_length_is_128(long_checkpoint):
    assert choose_lengths(None, long_checkpoint) == (128,)


def test_default_length_is_what_a_short_checkpoint_serves(short_checkpoint):
    assert choose_lengths(None, short_checkpoint) == (64,)


def test_lengths_are_sorted_and_count_once(long_checkpoint):
    assert choose_lengths([64, 32, 64], long_checkpoint) == (32, 64)


@pytest.mark.parametrize("length", [-1, 0, 2, 513])
def test_length_out_of_range_is_refused_with_the_range(long_checkpoint, length):
    with pytest.raises(InputError, match=f"sequence length {length} is out of range: intents serves 3 to 512 tokens"):
        choose_lengths([32, length], long_checkpoint)


def test_installed_packages_build_every_format():
    check_packages(choose_recipes(None, None, ()))


def test_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr("edge.build_options.BUILD_PACKAGES", ("torch", "no-such-package"))

    with pytest.raises(MissingPackageError, match=r"needs no-such-package: pip install 'squeezebert-edge\[build\]'"):
        check_packages(choose_recipes(None, None, ()))
