"""int8-dynamic of ONNX graphs, run by onnxruntime."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from quantize.dynamic_linear import DynamicLinear
from quantize.onnx_dynamic import quantize_linears

ROWS, INPUTS, OUTPUTS = 6, 48, 24
RANDOM = np.random.default_rng(0)
WEIGHT = RANDOM.normal(size=(OUTPUTS, INPUTS)).astype(np.float32)
BIAS = RANDOM.normal(size=OUTPUTS).astype(np.float32)
HIDDEN = RANDOM.normal(size=(ROWS, INPUTS)).astype(np.float32)


def graph(nodes, outputs, **constants):
    """Return a model that maps `hidden` to `outputs`, each (ROWS, OUTPUTS)."""
    return helper.make_model(
        helper.make_graph(
            nodes,
            "test",
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [ROWS, INPUTS])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [ROWS, OUTPUTS]) for name in outputs],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=10,
    )


def gemm(*inputs, output="result"):
    return helper.make_node("Gemm", inputs, [output], transB=1)


def run(model, hidden=HIDDEN):
    """Return the outputs, by default settings of onnxruntime, fusions included."""
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"hidden": hidden})


def decibels(reference, found):
    return 10 * np.log10(np.square(reference).sum() / np.square(reference - found).sum())


def dynamic_linear(hidden, weight=WEIGHT, bias=BIAS):
    """Return what this project's eager layer computes."""
    layer = nn.Linear(weight.shape[1], weight.shape[0]).requires_grad_(False)
    layer.weight.copy_(torch.from_numpy(weight))
    layer.bias.copy_(torch.from_numpy(bias))
    return DynamicLinear(layer)(torch.from_numpy(hidden)).numpy()


@pytest.fixture(scope="module")
def one_layer():
    return graph([gemm("hidden", "weight", "bias")], ["result"], weight=WEIGHT, bias=BIAS)


def test_close_to_the_float_graph(one_layer):
    assert decibels(run(one_layer)[0], run(quantize_linears(one_layer))[0]) > 35


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(1e-3, 1e3))
def test_same_as_the_eager_layer_within_rounding(one_layer, seed, mean, magnitude):
    random = np.random.default_rng(seed)
    hidden = (magnitude * (random.normal(size=(ROWS, INPUTS)) + mean)).astype(np.float32)

    found, expected = run(quantize_linears(one_layer), hidden)[0], dynamic_linear(hidden)

    # A value half-way between two steps may be rounded either way, so one step of one input may differ.
    step = (hidden.max(axis=1) - hidden.min(axis=1)).max() / 255 * np.abs(WEIGHT).max()
    assert np.abs(found - expected).max() <= max(1e-5 * np.abs(expected).max(), 2 * step)
    assert decibels(expected, found) > 50


def test_rows_do_not_depend_on_each_other(one_layer):
    model = quantize_linears(one_layer)
    other = HIDDEN.copy()
    other[3:] *= 1000

    np.testing.assert_array_equal(run(model, other)[0][:3], run(model)[0][:3])


def test_row_of_zeros_gives_the_bias(one_layer):
    found = run(quantize_linears(one_layer), np.zeros_like(HIDDEN))[0]

    np.testing.assert_allclose(found, np.tile(BIAS, (ROWS, 1)), rtol=1e-6)


def test_without_bias():
    model = graph([gemm("hidden", "weight")], ["result"], weight=WEIGHT)

    assert decibels(run(model)[0], run(quantize_linears(model))[0]) > 35


def test_layers_that_share_a_weight_share_the_int8_one():
    nodes = [
        helper.make_node("Neg", ["hidden"], ["negated"]),
        gemm("hidden", "weight", "bias", output="first"),
        gemm("negated", "weight", output="second"),
    ]
    model = graph(nodes, ["first", "second"], weight=WEIGHT, bias=BIAS)

    quantized = quantize_linears(model)

    for expected, found in zip(run(model), run(quantized), strict=True):
        assert decibels(expected, found) > 35
    assert [tensor.name for tensor in quantized.graph.initializer].count("weight_uint8") == 1


def test_layers_of_one_input_quantize_it_once():
    nodes = [gemm("hidden", "weight", output="first"), gemm("hidden", "other", output="second")]
    model = graph(nodes, ["first", "second"], weight=WEIGHT, other=-WEIGHT)

    quantized = quantize_linears(model)

    assert sum(node.op_type == "ReduceMax" for node in quantized.graph.node) == 1
    for expected, found in zip(run(model), run(quantized), strict=True):
        assert decibels(expected, found) > 35


def test_a_weight_with_another_use_stays():
    nodes = [gemm("hidden", "weight", output="first"), helper.make_node("MatMul", ["hidden", "turned"], ["second"])]
    nodes.insert(1, helper.make_node("Transpose", ["weight"], ["turned"], perm=[1, 0]))
    model = graph(nodes, ["first", "second"], weight=WEIGHT)

    first, second = run(quantize_linears(model))

    assert decibels(second, first) > 35
    np.testing.assert_allclose(second, run(model)[1], rtol=1e-5, atol=1e-5)


def test_float_weights_are_gone(one_layer):
    stored = {tensor.name: tensor.data_type for tensor in quantize_linears(one_layer).graph.initializer}

    assert "weight" not in stored
    assert stored["weight_uint8"] == TensorProto.UINT8


def test_products_of_two_activations_stay_float():
    nodes = [
        helper.make_node("Transpose", ["hidden"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["hidden", "turned"], ["scores"]),
        helper.make_node("MatMul", ["scores", "value"], ["result"]),
    ]
    model = graph(nodes, ["result"], value=WEIGHT[:, :ROWS].T.copy())

    assert [node.op_type for node in quantize_linears(model).graph.node] == ["Transpose", "MatMul", "MatMul"]


def test_the_given_model_does_not_change(one_layer):
    before = one_layer.SerializeToString(deterministic=True)

    quantize_linears(one_layer)

    assert one_layer.SerializeToString(deterministic=True) == before
