"""int8-static in ONNX: onnxruntime fuses it into integer kernels and computes what the eager simulation computes."""

from collections import Counter
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from converters import convert
from converters.onnx import export
from edge.encoder import EncoderVariant
from edge.runtimes.onnx import load
from quantize import find_recipe
from quantize.calibration import prepared_encoder
from quantize.embedding import quantize_embeddings
from quantize.onnx_static import UnsignedStaticLinear, quantize_linears
from quantize.static_linear import StaticLinear
from quantize.static_linear import quantize_linears as simulate
from quantize.static_plan import LinearRanges, Range, StaticPlan
from tests.plans import layers_with_a_shared_input

LENGTH = 16
ROWS, INPUTS, OUTPUTS = 32, 48, 24
RANGES = LinearRanges(Range(-3.0, 4.0), Range(-15.0, 12.0))


def linear(magnitude=1.0):
    """Return a layer with random weights and biases."""
    random = np.random.default_rng(0)
    layer = nn.Linear(INPUTS, OUTPUTS).requires_grad_(False)
    layer.weight.copy_(torch.from_numpy(magnitude * random.normal(size=(OUTPUTS, INPUTS))))
    layer.bias.copy_(torch.from_numpy(random.normal(size=OUTPUTS)))
    return layer


def hidden(seed=0):
    return np.random.default_rng(seed + 1).normal(size=(ROWS, INPUTS)).astype(np.float32)


class OneLayer(nn.Module):
    """An encoder, as far as `export` looks, of one linear layer."""

    input_names, output_names = ("hidden",), ("result",)

    def __init__(self, layer, rows):
        super().__init__()
        self.layer = layer
        self.rows = rows

    def forward(self, hidden):
        return (self.layer(hidden),)

    def example_inputs(self):
        return (torch.zeros(self.rows, INPUTS),)


def exported(layer, ranges, rows=ROWS):
    model = OneLayer(layer, rows)
    quantize_linears(model, StaticPlan({"layer": ranges}, {}, {}))
    return export(model)


def run(model, values):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"hidden": values})[0]


def fused_operators(path, folder):
    """Return how often onnxruntime runs each operator, its fusions applied."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "fused.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return Counter(node.op_type for node in onnx.load(folder / "fused.onnx").graph.node)


def decibels(reference, found):
    return 10 * np.log10(np.square(reference).sum() / np.square(reference - found).sum())


@pytest.fixture(scope="module")
def simulation(checkpoint, plan):
    encoder = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)
    simulate(encoder, plan)
    quantize_embeddings(encoder)
    return encoder


@pytest.fixture(scope="module")
def artifact(checkpoint, plan, tmp_path_factory):
    recipes = (find_recipe("int8-static"),)
    return convert("onnx", checkpoint, recipes, LENGTH, tmp_path_factory.mktemp("onnx"), {"int8-static": plan})[0]


@pytest.fixture(scope="module")
def logits(artifact):
    runtime = load(artifact.path, artifact.inputs, artifact.outputs, threads=1)
    return lambda inputs: runtime.run(inputs)["logits"]


def test_every_linear_layer_is_one_integer_kernel(artifact, plan, tmp_path):
    operators = fused_operators(str(artifact.path), tmp_path)

    assert operators["QGemm"] == len(plan.linears)
    assert operators["Gemm"] == 0


def test_layers_that_read_the_same_share_the_quantized_input(artifact, plan):
    quantized = [node.input[0] for node in onnx.load(artifact.path).graph.node if node.op_type == "QuantizeLinear"]

    assert len(quantized) == len(set(quantized)) == 2 * len(plan.linears) - len(layers_with_a_shared_input(plan))


def test_same_as_the_simulation_within_rounding(simulation, logits, inputs):
    with torch.no_grad():
        (expected,) = simulation(*(torch.from_numpy(inputs[name]) for name in simulation.input_names))

    # A value half-way between two steps may be rounded either way, and what follows differs by it.
    assert decibels(expected.numpy(), logits(inputs)) > 25


def test_a_short_text_is_the_unpadded_simulation(checkpoint, plan, simulation, logits, inputs):
    short = {name: value.copy() for name, value in inputs.items()}
    short["attention_mask"][:, 3:] = 0
    unpadded = prepared_encoder(checkpoint, 3, EncoderVariant(), plan)
    simulate(unpadded, plan)
    quantize_embeddings(unpadded)
    with torch.no_grad():
        (expected,) = unpadded(*(torch.from_numpy(short[name][:, :3]) for name in unpadded.input_names))

    found = logits(short)

    assert decibels(expected.numpy(), found) > 25
    short["input_ids"][:, 3:] = 1234
    np.testing.assert_array_equal(logits(short), found)


def test_layers_outside_the_plan_stay_float(checkpoint, plan, tmp_path):
    kept = {name: ranges for name, ranges in plan.linears.items() if not name.startswith("layers.0.feed_forward")}
    plans = {"int8-static": replace(plan, linears=kept)}

    (artifact,) = convert("onnx", checkpoint, (find_recipe("int8-static"),), LENGTH, tmp_path, plans)

    operators = fused_operators(str(artifact.path), tmp_path)
    assert (operators["QGemm"], operators["Gemm"]) == (len(kept), len(plan.linears) - len(kept))


@pytest.mark.parametrize("magnitude", [1e-3, 30.0])
def test_one_layer_is_the_simulation_but_for_ties(magnitude):
    layer = linear(magnitude)
    reach = 3 * magnitude * INPUTS**0.5 + 1
    ranges = LinearRanges(Range(-3.0, 2.5), Range(-reach, reach / 2))
    values = np.concatenate([hidden(seed) for seed in range(100)])
    expected = StaticLinear(layer, ranges)(torch.from_numpy(values)).numpy()

    found = run(exported(layer, ranges, len(values)), values)

    step, _ = ranges.output.scale_and_zero_point()
    steps = np.round(np.abs(found - expected) / step)
    assert steps.max() <= 1
    assert np.count_nonzero(steps) <= 0.01 * steps.size


def test_the_largest_products_do_not_saturate():
    layer = linear()
    layer.weight.fill_(1.0)
    layer.bias.fill_(0.5)
    ranges = LinearRanges(Range(0.0, 1.0), Range(-60.0, 60.0))

    found = run(exported(layer, ranges), np.ones((ROWS, INPUTS), np.float32))

    np.testing.assert_allclose(found, INPUTS + 0.5, atol=0.5 * 120 / 255 + 1e-5)


def test_weights_too_small_for_their_bias_keep_the_bias():
    layer = linear()
    layer.weight[3] *= 1e-12
    layer.weight[4] = 0

    found = run(exported(layer, RANGES), hidden())

    step, _ = RANGES.output.scale_and_zero_point()
    expected = np.broadcast_to(layer.bias[3:5].numpy(), (ROWS, 2))
    np.testing.assert_allclose(found[:, 3:5], expected, atol=0.51 * step)


def test_unsigned_weights_stand_for_the_same_values():
    layer = linear()
    signed, unsigned = StaticLinear(layer, RANGES), UnsignedStaticLinear(layer, RANGES)

    assert torch.equal(unsigned.values.to(torch.int16) - 128, signed.values.to(torch.int16))
    assert torch.equal(unsigned.scales, signed.scales)
    assert unsigned.values.dtype == torch.uint8
