"""A layer that a package computes wrong is named, in every recipe and layout, before what it makes wrong."""

import copy
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from converters.coreml import VARIANT, finished_model, float_program
from converters.layer_values import record_layer_values
from converters.operation_names import name_operations
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder
from edge.encoder.channels_first import ChannelsFirstEncoder
from edge.encoder.channels_first.layer_norm import ChannelsFirstLayerNorm
from edge.encoder.layer_norm import LayerNorm
from edge.errors import ConversionError, InputError
from edge.runtimes import coreml
from edge.runtimes.mil.evaluator import plan_package
from edge.runtimes.mil.hazards import search_run
from edge.runtimes.mil.layer_values import first_wrong_layer, layer_deviations, load_layer_values
from edge.runtimes.mil.package import read_package
from quantize import find_recipe
from quantize.calibration import prepared_encoder
from quantize.coreml_program import quantize_program
from tests.checkpoints import save_squeezebert
from tests.plans import static_plan

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

LENGTH, TOKENS = 16, 11
NAMED = (nn.Linear, nn.Conv2d, LayerNorm, ChannelsFirstLayerNorm)
INPUTS = {
    "input_ids": np.where(np.arange(LENGTH) < TOKENS, np.arange(LENGTH) + 5, 0)[None].astype(np.int32),
    "attention_mask": (np.arange(LENGTH) < TOKENS)[None].astype(np.int32),
    "token_type_ids": np.zeros((1, LENGTH), np.int32),
}
# Decibels between what rounding, to float16 or to int8, and what a wrong weight leaves.
LEAST, LEAST_INT8 = 30, 8


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return load_checkpoint(save_squeezebert(tmp_path_factory.mktemp("small") / "small"))


@pytest.fixture(scope="module")
def ranges(small):
    """Return how int8-static quantizes the checkpoint."""
    return static_plan(small, LENGTH)


@pytest.fixture(scope="module")
def rows(small):
    return Encoder(small, LENGTH, VARIANT)


@pytest.fixture(scope="module")
def channels_first(rows):
    return ChannelsFirstEncoder(rows)


@pytest.fixture(params=["rows", "channels_first"])
def layout(request):
    return request.param


@pytest.fixture
def encoder(layout, request):
    return request.getfixturevalue(layout)


@pytest.fixture(scope="module")
def packages(rows, channels_first, tmp_path_factory):
    """Return a function that saves an undamaged encoder once, and returns its plan and names."""

    @cache
    def saved(layout, precision):
        encoder = {"rows": rows, "channels_first": channels_first}[layout]
        return save_named(encoder, tmp_path_factory.mktemp(layout), precision)

    return saved


def save_named(encoder, folder, recipe="fp16", ranges=None):
    """Save `encoder` as a package whose operations have its modules' names; return its plan and these names."""
    program = float_program(encoder, "iOS17")
    names = name_operations(program, encoder, NAMED)
    quantize_program(program, encoder, find_recipe(recipe), ranges)
    path = folder / "encoder.mlpackage"
    finished_model(program, find_recipe(recipe), "iOS17").save(str(path))
    return plan_package(read_package(path)), names


def with_exchanged_weights(encoder, first, second):
    damaged = copy.deepcopy(encoder)
    one, other = damaged.get_submodule(first), damaged.get_submodule(second)
    one.weight, other.weight = other.weight, one.weight
    return damaged


def query(encoder, layer):
    name = f"layers.{layer}.attention.query"
    return name if isinstance(encoder, ChannelsFirstEncoder) else f"{name}.groups.0"


def test_every_layer_has_an_operation_of_its_name(encoder, layout, packages):
    plan, names = packages(layout, "fp32")
    variables = {step.name for step in plan.steps}
    layers = [name for name, module in encoder.named_modules() if isinstance(module, NAMED)]
    assert set(names) == set(layers)
    assert set(names.values()) <= variables
    assert names[query(encoder, 1)] == query(encoder, 1).replace(".", "_")


def test_the_outputs_of_the_program_keep_their_names(layout, packages):
    plan, _ = packages(layout, "fp16")
    assert list(plan.outputs) == ["logits"]


@pytest.mark.parametrize(("precision", "least"), [("fp32", 100), ("fp16", 50)])
def test_a_sound_package_is_as_near_as_its_precision(encoder, layout, packages, precision, least):
    plan, names = packages(layout, precision)
    recorded = record_layer_values(encoder, INPUTS, names)
    deviations = layer_deviations(plan, recorded)
    assert {each.layer for each in deviations} == set(names)
    assert first_wrong_layer(deviations, least) is None
    assert search_run(plan, recorded.arrays())[1] == []


def test_the_first_of_two_exchanged_weights_is_named(encoder, tmp_path):
    first, second = query(encoder, 0), query(encoder, 1)
    plan, names = save_named(with_exchanged_weights(encoder, first, second), tmp_path)
    wrong = first_wrong_layer(layer_deviations(plan, record_layer_values(encoder, INPUTS, names)), LEAST)
    assert wrong.layer == first
    operation = "conv" if isinstance(encoder, ChannelsFirstEncoder) else "linear"
    assert str(wrong).startswith(f"{operation} '{first.replace('.', '_')}_cast_fp16' is ")


def test_exchanged_groups_are_named(rows, tmp_path):
    groups = [f"layers.1.feed_forward.output.groups.{group}" for group in (1, 2)]
    plan, names = save_named(with_exchanged_weights(rows, *groups), tmp_path)
    assert first_wrong_layer(layer_deviations(plan, record_layer_values(rows, INPUTS, names)), LEAST).layer == groups[0]


@pytest.mark.parametrize("exchanged", [False, True])
def test_int8_is_told_from_a_wrong_weight(small, ranges, exchanged, tmp_path):
    encoder = prepared_encoder(small, LENGTH, VARIANT, ranges)
    first, second = query(encoder, 0), query(encoder, 1)
    converted = with_exchanged_weights(encoder, first, second) if exchanged else encoder
    plan, names = save_named(converted, tmp_path, "int8-static", ranges)
    wrong = first_wrong_layer(layer_deviations(plan, record_layer_values(encoder, INPUTS, names)), LEAST_INT8)
    assert (wrong and wrong.layer) == (first if exchanged else None)


def test_a_wrong_scale_of_a_norm_is_named(encoder, tmp_path):
    damaged = copy.deepcopy(encoder)
    damaged.layers[0].output_norm.weight *= 1.5
    plan, names = save_named(damaged, tmp_path)
    wrong = first_wrong_layer(layer_deviations(plan, record_layer_values(encoder, INPUTS, names)), LEAST)
    assert wrong.layer == "layers.0.output_norm"


def test_a_mask_of_the_smallest_float32_is_named(encoder, tmp_path, monkeypatch):
    module = (
        "edge.encoder.channels_first.encoder" if isinstance(encoder, ChannelsFirstEncoder) else "edge.encoder.encoder"
    )
    monkeypatch.setattr(f"{module}.MASK_CONSTANT", torch.finfo(torch.float32).min)
    plan, _ = save_named(encoder, tmp_path)
    _, (first, *_) = search_run(plan, INPUTS)
    assert (first.kind, first.dtype, first.operation) == ("overflow", "float16", "mul")
    assert first.variable == "additive_mask_cast_fp16"


def test_recorded_are_real_tokens_at_channels_of_the_whole_layer(encoder, layout, packages):
    _, names = packages(layout, "fp16")
    recorded = record_layer_values(encoder, INPUTS, names, samples=20)
    assert recorded == record_layer_values(encoder, INPUTS, names, samples=20)
    norm = recorded.layers["layers.0.output_norm"]
    assert max(norm.positions) < TOKENS
    assert len(set(norm.channels)) == len(norm.values) == 20


def test_a_file_of_layer_values_is_read_as_it_was_written(rows, packages, tmp_path):
    _, names = packages("rows", "fp16")
    recorded = record_layer_values(rows, INPUTS, names)
    recorded.save(tmp_path / "layers.json")
    assert load_layer_values(tmp_path / "layers.json") == recorded


@pytest.mark.parametrize("content", ["", "{}", '{"inputs": {}, "layers": {"a": {"variable": "a", "positions": [0]}}}'])
def test_a_damaged_file_is_refused(content, tmp_path):
    path = tmp_path / "layers.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"layers\.json: not a file of layer values") as error:
        load_layer_values(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"layers\.json: cannot be read"):
        load_layer_values(tmp_path / "layers.json")


def test_a_layer_that_the_package_lacks_is_named(rows, packages):
    plan, names = packages("rows", "fp16")
    recorded = record_layer_values(rows, INPUTS, names | {"layers.1.output_norm": "elsewhere"})
    with pytest.raises(ConversionError, match=r"no operation 'elsewhere' for the layer layers\.1\.output_norm"):
        layer_deviations(plan, recorded)


def test_values_of_other_inputs_are_refused(rows, packages):
    plan, names = packages("rows", "fp16")
    recorded = record_layer_values(rows, INPUTS, names)
    fewer = recorded.model_copy(update={"inputs": {"input_ids": recorded.inputs["input_ids"]}})
    with pytest.raises(InputError, match=r"of inputs \['input_ids'\], the package takes \['attention_mask', "):
        layer_deviations(plan, fewer)
