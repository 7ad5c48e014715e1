"""Weights of Core ML in fewer bits: what a saved package holds, and what it computes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from converters.coreml import float_program
from edge.runtimes import coreml
from quantize import find_recipe
from quantize.coreml_program import quantize_program
from quantize.int4_blocks import quantize_blocks
from quantize.palettes import palettize
from quantize.static_plan import LinearRanges, Range, StaticPlan
from quantize.weights import quantize_rows
from tests.coreml_programs import Rows, decibels, operations, save_quantized

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

ROWS = 16
INT8, STATIC = find_recipe("int8-weight"), find_recipe("int8-static")
INT4, PALETTES = find_recipe("int4-weight"), find_recipe("palette6-weight")
# Their scales, 1/32 and 1/8, are exact in float16.
RANGES = LinearRanges(Range(-4.0, 3.96875), Range(-16.0, 15.875))


class Layers(Rows):
    """A lookup, a grouped 1x1 convolution, a linear layer and a head: all that reads a weight."""

    def __init__(self):
        super().__init__(ROWS)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.table = nn.Embedding(ROWS, 128)
            self.grouped = nn.Conv2d(128, 64, kernel_size=1, groups=2)
            self.layer = nn.Linear(64, 48)
            self.head = nn.ModuleDict({"classifier": nn.Linear(48, 24)})
        self.requires_grad_(False)

    def forward(self, input_ids):
        columns = self.table(input_ids).permute(0, 2, 1).unsqueeze(2)
        hidden = torch.relu(self.grouped(columns)).reshape(64, ROWS).transpose(0, 1)
        return (self.head["classifier"](self.layer(hidden)),)


class Shared(Rows):
    """A layer that runs twice."""

    def __init__(self):
        super().__init__(ROWS)
        self.table = nn.Embedding(ROWS, 32)
        self.layer = nn.Linear(32, 32)
        self.requires_grad_(False)

    def forward(self, input_ids):
        return (self.layer(torch.relu(self.layer(self.table(input_ids)))),)


@pytest.fixture(scope="module")
def model():
    return Layers().eval()


@pytest.fixture(scope="module")
def package_of(model, tmp_path_factory):
    """Return a function that gives the package of a recipe."""
    folder = tmp_path_factory.mktemp("packages")

    def package(recipe, target="iOS18"):
        path = folder / f"{recipe.name}-{target}.mlpackage"
        if not path.exists():
            save_quantized(model, recipe, None, path, target)
        return path

    return package


def run(path):
    return coreml.load(path).run({"input_ids": np.arange(ROWS, dtype=np.int32)[None]})["result"]


def rows(weight):
    return weight.flatten(1).numpy()


def dequantized(weight, recipe):
    """Return `weight` as the recipe stores it, float32."""
    if recipe.weights == "palette6":
        indices, tables = palettize(rows(weight))
        grouped = indices.reshape(len(tables), -1)
        values = np.take_along_axis(tables, grouped.astype(int), axis=1).reshape(indices.shape)
    else:
        values, scales = quantize_blocks(rows(weight))
        values = values * np.repeat(scales, values.shape[1] // scales.shape[1], axis=1)
    return torch.from_numpy(values.reshape(weight.shape))


def test_int4_values_and_scales_come_back_from_the_saved_package(model, package_of):
    stored = {each.data.val.shape: each for each in operations(package_of(INT4), "constexpr_blockwise_shift_scale")}

    for weight in (model.grouped.weight, model.layer.weight):
        values, scales = quantize_blocks(rows(weight))
        found = stored[tuple(weight.shape)]
        np.testing.assert_array_equal(found.data.val.astype(np.int8).reshape(values.shape), values)
        np.testing.assert_array_equal(found.scale.val.reshape(scales.shape), scales.astype(np.float16))
        assert found.scale.val.ndim == weight.ndim


def test_int4_takes_half_a_byte(package_of):
    from coremltools.converters.mil.mil import types

    stored = operations(package_of(INT4), "constexpr_blockwise_shift_scale")

    assert {types.builtin_to_string(each.data.dtype) for each in stored} == {"int4", "int8"}


def test_palettes_come_back_from_the_saved_package(model, package_of):
    stored = {each.indices.val.shape: each for each in operations(package_of(PALETTES), "constexpr_lut_to_dense")}

    for weight in (model.grouped.weight, model.layer.weight):
        indices, tables = palettize(rows(weight))
        found = stored[tuple(weight.shape)]
        np.testing.assert_array_equal(found.indices.val.astype(np.uint8).reshape(indices.shape), indices)
        np.testing.assert_array_equal(found.lut.val.reshape(tables.shape), tables.astype(np.float16))
        # One table for each 16 outputs, for all inputs.
        assert found.lut.val.shape[: weight.ndim] == (len(weight) // 16, *(1,) * (weight.ndim - 1))


@pytest.mark.parametrize("recipe", [INT4, PALETTES], ids=lambda recipe: recipe.name)
def test_the_package_computes_with_the_stored_weights(model, package_of, recipe):
    changed = Layers().eval()
    changed.grouped.weight.copy_(dequantized(model.grouped.weight, recipe))
    changed.layer.weight.copy_(dequantized(model.layer.weight, recipe))

    found = run(package_of(recipe))

    (ids,) = model.example_inputs()
    # int8 lookups and head, and float16, are what is left between the two.
    assert decibels(changed(ids)[0].numpy(), found) > 38
    assert decibels(model(ids)[0].numpy(), found) < decibels(changed(ids)[0].numpy(), found) - 6


@pytest.mark.parametrize("recipe", [INT4, PALETTES], ids=lambda recipe: recipe.name)
def test_head_and_lookups_stay_int8(model, package_of, recipe):
    stored = operations(package_of(recipe), "constexpr_blockwise_shift_scale")
    by_shape = {each.data.val.shape: each.data.val for each in stored}

    for weight in (model.table.weight, model.head["classifier"].weight):
        values, _ = quantize_rows(weight)
        np.testing.assert_array_equal(by_shape[tuple(weight.shape)], values.numpy())


def test_without_a_form_of_its_own_the_head_has_that_of_the_other_layers(model, tmp_path):
    save_quantized(model, replace(PALETTES, head=None), None, tmp_path / "all.mlpackage", "iOS18")

    assert len(operations(tmp_path / "all.mlpackage", "constexpr_lut_to_dense")) == 3


@pytest.mark.parametrize("recipe", [INT4, PALETTES], ids=lambda recipe: recipe.name)
def test_the_same_weights_give_the_same_bytes(model, package_of, recipe, tmp_path):
    save_quantized(model, recipe, None, tmp_path / "again.mlpackage", "iOS18")

    stored = "Data/com.apple.CoreML/weights/weight.bin"
    assert (tmp_path / "again.mlpackage" / stored).read_bytes() == (package_of(recipe) / stored).read_bytes()


def test_int8_of_a_convolution_is_that_of_its_rows(model, package_of):
    values, scales = quantize_rows(model.grouped.weight.flatten(1))

    stored = operations(package_of(INT8, "iOS17"), "constexpr_affine_dequantize")
    (found,) = [each for each in stored if each.quantized_data.val.ndim == 4]

    np.testing.assert_array_equal(found.quantized_data.val[:, :, 0, 0], values.numpy())
    np.testing.assert_array_equal(found.scale.val, scales.numpy().astype(np.float16))


def test_int8_is_the_same_for_every_deployment_target(package_of):
    old, new = package_of(INT8, "iOS17"), package_of(INT8, "iOS18")

    assert not operations(old, "constexpr_blockwise_shift_scale")
    assert not operations(new, "constexpr_affine_dequantize")
    np.testing.assert_array_equal(run(old), run(new))


def test_ranges_go_around_a_convolution(model, tmp_path):
    path = tmp_path / "static.mlpackage"
    save_quantized(model, STATIC, StaticPlan({"grouped": RANGES}, {}, {}), path)

    (layer,) = operations(path, "conv")
    assert layer.x.op.op_type == "dequantize"
    assert [each.op_type for each in layer.outputs[0].child_ops] == ["quantize"]
    assert layer.weight.op.op_type == "constexpr_affine_dequantize"
    assert all(each.weight.op.op_type == "const" for each in operations(path, "linear"))


def test_a_weight_that_two_operations_read_is_stored_once(tmp_path):
    model = Shared().eval()
    save_quantized(model, PALETTES, None, tmp_path / "shared.mlpackage", "iOS18")

    assert len(operations(tmp_path / "shared.mlpackage", "constexpr_lut_to_dense")) == 1
    assert len({each.weight.name for each in operations(tmp_path / "shared.mlpackage", "linear")}) == 1


@pytest.mark.parametrize("name", ["fp32", "fp16"])
def test_a_float_recipe_changes_nothing(model, name):
    program = float_program(model, "iOS17")
    before = str(program)

    quantize_program(program, model, find_recipe(name), None)

    assert str(program) == before
