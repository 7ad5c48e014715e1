"""int8-static in Core ML: the package holds the plan's ranges and rounds as the eager simulation does."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

from converters import convert
from converters.coreml import float_program
from edge.encoder import EncoderVariant
from edge.errors import ConversionError
from edge.runtimes import coreml
from quantize import find_recipe
from quantize.calibration import prepared_encoder
from quantize.coreml_program import quantize_program
from quantize.embedding import QuantizedEmbedding, quantize_embeddings
from quantize.float16_scale import SMALLEST_SCALE
from quantize.static_linear import StaticLinear, quantize_linears
from quantize.static_plan import LinearRanges, Range, StaticPlan
from quantize.weights import quantize_rows
from tests.coreml_programs import Rows, decibels, operations, save_quantized
from tests.plans import layers_with_a_shared_input

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

LENGTH = 16
ROWS = 96
# Their scales, 1/32 and 1/8, are exact in float16.
RANGES = LinearRanges(Range(-4.0, 3.96875), Range(-16.0, 15.875))
STATIC = find_recipe("int8-static")


class Lookup(Rows):
    """A lookup and one linear layer on it."""

    def __init__(self, magnitude=1.0):
        super().__init__(ROWS)
        random = torch.Generator().manual_seed(0)
        self.table = nn.Embedding.from_pretrained(torch.randn(ROWS, 48, generator=random))
        self.layer = nn.Linear(48, 24).requires_grad_(False)
        self.layer.weight.copy_(magnitude * torch.randn(24, 48, generator=random))
        self.layer.bias.copy_(magnitude * torch.randn(24, generator=random))

    def forward(self, input_ids):
        return (self.layer(self.table(input_ids).view(ROWS, 48)),)


def converted(model, plan, path, recipe=STATIC):
    """Write `model` quantized as `plan` says to `path`, and return what it computes for all rows of the table."""
    save_quantized(model, recipe, plan, path)
    return coreml.load(path).run({"input_ids": np.arange(ROWS, dtype=np.int32)[None]})["result"]


@pytest.fixture(scope="module")
def simulation(checkpoint, plan):
    encoder = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)
    quantize_linears(encoder, plan)
    quantize_embeddings(encoder)
    return encoder


@pytest.fixture(scope="module")
def artifact(checkpoint, plan, tmp_path_factory):
    return convert("coreml", checkpoint, (STATIC,), LENGTH, tmp_path_factory.mktemp("coreml"), {STATIC.name: plan})[0]


@pytest.fixture(scope="module")
def logits(artifact):
    runtime = coreml.load(artifact.path)
    return lambda inputs: runtime.run(inputs)["logits"]


def test_every_layer_has_a_pair_at_its_output_and_layers_that_read_the_same_share_one_at_their_input(artifact, plan):
    count = Counter(each.op_type for each in operations(artifact.path, "quantize", "dequantize", "linear"))

    assert count["linear"] == len(plan.linears)
    assert count["quantize"] == count["dequantize"] == 2 * len(plan.linears) - len(layers_with_a_shared_input(plan))


def test_ranges_are_the_plan_s(artifact, plan):
    def stored(operation):
        zero_point = operation.zero_point
        # coremltools leaves a zero point of 0 out, and moves -128 to an unsigned 0.
        number = 0 if zero_point is None else int(zero_point.val)
        dtype = operation.output_dtype.val
        return np.float16(operation.scale.val), number - (128 if dtype == "uint8" else 0)

    expected = {
        (np.float16(scale), zero_point)
        for ranges in plan.linears.values()
        for scale, zero_point in (ranges.input.scale_and_zero_point(), ranges.output.scale_and_zero_point())
    }

    assert {stored(each) for each in operations(artifact.path, "quantize")} == expected


def test_weights_are_the_int8_values_of_every_format(artifact, checkpoint, plan):
    values, _ = quantize_rows(prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan).head.pooler.weight)
    stored = [each.quantized_data.val for each in operations(artifact.path, "constexpr_affine_dequantize")]

    assert any(each.shape == values.shape and np.array_equal(each, values.numpy()) for each in stored)


def test_same_as_the_simulation_within_rounding(simulation, logits, inputs):
    with torch.no_grad():
        (expected,) = simulation(*(torch.from_numpy(inputs[name]) for name in simulation.input_names))

    # float16 rounds some values to the other side of a step, and what follows differs by it.
    assert decibels(expected.numpy(), logits(inputs)) > 20


def test_a_short_text_is_the_unpadded_simulation(checkpoint, plan, logits, inputs):
    short = {name: value.copy() for name, value in inputs.items()}
    short["attention_mask"][:, 3:] = 0
    unpadded = prepared_encoder(checkpoint, 3, EncoderVariant(), plan)
    quantize_linears(unpadded, plan)
    quantize_embeddings(unpadded)
    with torch.no_grad():
        (expected,) = unpadded(*(torch.from_numpy(short[name][:, :3]) for name in unpadded.input_names))

    found = logits(short)

    assert decibels(expected.numpy(), found) > 20
    short["input_ids"][:, 3:] = 1234
    np.testing.assert_array_equal(logits(short), found)


def test_layers_outside_the_plan_are_float16(tmp_path):
    converted(Lookup(), StaticPlan({}, {}, {}), tmp_path / "float.mlpackage")

    (layer,) = operations(tmp_path / "float.mlpackage", "linear")
    assert layer.weight.op.op_type == "const"
    assert layer.weight.val.dtype == np.float16
    assert not operations(tmp_path / "float.mlpackage", "quantize")


def test_one_layer_is_the_simulation_but_for_float16(tmp_path):
    model = Lookup()
    table = QuantizedEmbedding(model.table.weight)
    rows = (table.values * table.scales.half().float()).half().float()
    expected = StaticLinear(model.layer, RANGES)(rows).numpy()

    found = converted(model, StaticPlan({"layer": RANGES}, {}, {}), tmp_path / "one.mlpackage")

    assert decibels(expected, found) > 40
    step, _ = RANGES.output.scale_and_zero_point()
    steps = np.round(np.abs(found - expected) / step)
    assert steps.max() <= 1
    assert np.count_nonzero(steps) <= 0.03 * steps.size


def test_ranges_too_narrow_for_float16_are_widened(tmp_path):
    model = Lookup(magnitude=1e-5)
    narrow = LinearRanges(Range(-3.0, 2.5), Range(-1e-6, 1e-6))

    found = converted(model, StaticPlan({"layer": narrow}, {}, {}), tmp_path / "narrow.mlpackage")

    expected = model.layer(model.table.weight).numpy()
    assert np.abs(found - expected).max() <= SMALLEST_SCALE


def test_weights_alone_are_quantized_without_a_plan(tmp_path):
    model = Lookup()
    path = tmp_path / "weights.mlpackage"

    found = converted(model, None, path, find_recipe("int8-weight"))

    assert decibels(model.layer(model.table.weight).numpy(), found) > 35
    assert len(operations(path, "constexpr_affine_dequantize")) == 2
    assert not operations(path, "quantize")


def test_a_layer_that_is_not_in_the_program_is_an_error(tmp_path):
    model = Lookup()
    program = float_program(model, "iOS17")
    model.another = nn.Linear(2, 2)

    with pytest.raises(ConversionError, match=r"no operation that reads another\.weight"):
        quantize_program(program, model, find_recipe("int8-weight"), None)
