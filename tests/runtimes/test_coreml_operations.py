"""The evaluator's numpy functions, called by MIL's parameter names, against torch."""

import math

import numpy as np
import pytest

from edge.runtimes.mil.operations import OPERATIONS
from edge.runtimes.mil.operations.error_function import erf

torch = pytest.importorskip("torch")
functional = torch.nn.functional


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def evaluate(operation, **arguments):
    return OPERATIONS[operation](**arguments)


def assert_close(actual, expected, tolerance=2e-6):
    np.testing.assert_allclose(actual, np.asarray(expected), atol=tolerance, rtol=tolerance)


def in_torch(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def test_erf_is_within_a_ten_millionth():
    x = np.linspace(-6, 6, 20001).astype(np.float32)
    exact = np.array([math.erf(float(value)) for value in x])
    assert np.abs(erf(x) - exact).max() <= 1.3e-7


@pytest.mark.parametrize(("mode", "approximate"), [("EXACT", "none"), ("TANH_APPROXIMATION", "tanh")])
def test_gelu(mode, approximate):
    x = numbers(50, 7) * 3
    assert_close(evaluate("gelu", x=x, mode=mode), functional.gelu(torch.from_numpy(x), approximate=approximate))


def test_gelu_by_sigmoid():
    (x,) = in_torch(numbers(50, 7))
    assert_close(evaluate("gelu", x=x.numpy(), mode="SIGMOID_APPROXIMATION"), x * torch.sigmoid(1.702 * x))


@pytest.mark.parametrize("name", ["relu", "relu6", "sigmoid", "silu", "softplus"])
def test_activations_without_parameters(name):
    x = numbers(50, 7) * 5
    assert_close(evaluate(name, x=x), getattr(functional, name)(torch.from_numpy(x)))


def test_sigmoid_of_extreme_values_is_zero_and_one():
    with np.errstate(over="ignore"):
        assert evaluate("sigmoid", x=np.array([-1e4, 1e4], np.float32)).tolist() == [0, 1]


@pytest.mark.parametrize("axis", [-1, 1])
def test_softmax_of_large_scores(axis):
    x = numbers(2, 5, 6) * 1e3
    assert_close(evaluate("softmax", x=x, axis=np.int32(axis)), torch.softmax(torch.from_numpy(x), axis))


def test_layer_norm_with_gain_and_offset():
    x, gamma, beta = numbers(4, 9), numbers(9, seed=1), numbers(9, seed=2)
    expected = functional.layer_norm(*in_torch(x), (9,), *in_torch(gamma, beta), eps=1e-3)
    actual = evaluate("layer_norm", x=x, axes=np.array([-1]), gamma=gamma, beta=beta, epsilon=np.float32(1e-3))
    assert_close(actual, expected)


def test_layer_norm_over_the_channels_of_a_neural_engine_layout():
    x, gamma = numbers(1, 9, 1, 5), numbers(9, seed=1)
    expected = functional.layer_norm(*in_torch(x.transpose(0, 2, 3, 1).copy()), (9,), *in_torch(gamma), eps=1e-5)
    assert_close(evaluate("layer_norm", x=x, axes=np.array([1]), gamma=gamma), expected.permute(0, 3, 1, 2))


def test_batch_norm():
    x, mean, variance, gamma, beta = numbers(2, 3, 4), *(np.abs(numbers(3, seed=seed)) for seed in range(4))
    expected = functional.batch_norm(*in_torch(x, mean, variance, gamma, beta))
    assert_close(evaluate("batch_norm", x=x, mean=mean, variance=variance, gamma=gamma, beta=beta), expected)


def test_instance_norm():
    x, gamma, beta = numbers(2, 3, 8), numbers(3, seed=1), numbers(3, seed=2)
    expected = functional.instance_norm(*in_torch(x), weight=torch.from_numpy(gamma), bias=torch.from_numpy(beta))
    assert_close(evaluate("instance_norm", x=x, gamma=gamma, beta=beta), expected)


@pytest.mark.parametrize("leading", [(4,), (2, 3, 4), ()], ids=["matrix", "batched", "vector"])
def test_linear(leading):
    x, weight, bias = numbers(*leading, 6), numbers(5, 6, seed=1), numbers(5, seed=2)
    assert_close(evaluate("linear", x=x, weight=weight, bias=bias), functional.linear(*in_torch(x, weight, bias)))


def test_matmul_transposes_either_side():
    x, y = numbers(2, 6, 4), numbers(2, 5, 6, seed=1)
    expected = torch.from_numpy(x).mT @ torch.from_numpy(y).mT
    assert_close(evaluate("matmul", x=x, y=y, transpose_x=np.bool_(True), transpose_y=np.bool_(True)), expected)


@pytest.mark.parametrize("boolean", [True, False])
def test_scaled_dot_product_attention(boolean):
    query, key, value = numbers(1, 2, 5, 4), numbers(1, 2, 7, 4, seed=1), numbers(1, 2, 7, 3, seed=2)
    mask = np.arange(7)[None] < 5 if boolean else numbers(5, 7, seed=3)
    expected = functional.scaled_dot_product_attention(*in_torch(query, key, value, mask))
    actual = evaluate("scaled_dot_product_attention", query=query, key=key, value=value, attn_mask=mask)
    assert_close(actual, expected)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_grouped_pointwise_convolution(groups):
    x, weight, bias = numbers(1, 8, 1, 6), numbers(12, 8 // groups, 1, 1, seed=1), numbers(12, seed=2)
    expected = functional.conv2d(*in_torch(x, weight, bias), groups=groups)
    assert_close(evaluate("conv", x=x, weight=weight, bias=bias, groups=np.int32(groups)), expected)


def test_convolution_in_one_dimension_with_stride_and_dilation():
    x, weight = numbers(2, 6, 19), numbers(4, 3, 3, seed=1)
    expected = functional.conv1d(*in_torch(x, weight), stride=2, dilation=3, groups=2)
    actual = evaluate("conv", x=x, weight=weight, strides=np.array([2]), dilations=np.array([3]), groups=np.int32(2))
    assert_close(actual, expected)


def test_convolution_in_two_dimensions_with_padding():
    x, weight = numbers(1, 3, 7, 8), numbers(4, 3, 3, 2, seed=1)
    expected = functional.conv2d(functional.pad(*in_torch(x), (1, 0, 2, 1)), *in_torch(weight))
    actual = evaluate("conv", x=x, weight=weight, pad_type="custom", pad=np.array([2, 1, 1, 0]))
    assert_close(actual, expected)


def test_convolution_that_keeps_the_size():
    x, weight = numbers(1, 3, 9), numbers(4, 3, 4, seed=1)
    expected = functional.conv1d(*in_torch(x, weight), padding="same")
    assert_close(evaluate("conv", x=x, weight=weight, pad_type="same"), expected)


@pytest.mark.parametrize(
    ("name", "reduce"),
    [
        ("reduce_mean", torch.mean),
        ("reduce_sum", torch.sum),
        ("reduce_max", torch.amax),
        ("reduce_min", torch.amin),
        ("reduce_log_sum_exp", torch.logsumexp),
        ("reduce_l1_norm", lambda x, axes, keepdim: x.abs().sum(axes, keepdim)),
        ("reduce_l2_norm", torch.linalg.vector_norm),
        ("reduce_sum_square", lambda x, axes, keepdim: x.square().sum(axes, keepdim)),
    ],
)
@pytest.mark.parametrize("keep", [True, False])
def test_reductions(name, reduce, keep):
    x = numbers(2, 5, 1, 6)
    reference = torch.from_numpy(x)
    if name == "reduce_l2_norm":
        expected = torch.linalg.vector_norm(reference, dim=(1, 2), keepdim=keep)
    else:
        expected = reduce(reference, (1, 2), keep)
    assert_close(evaluate(name, x=x, axes=np.array([1, 2]), keep_dims=np.bool_(keep)), expected)


def test_argmax_is_an_int32():
    x = numbers(3, 7)
    actual = evaluate("reduce_argmax", x=x, axis=np.int32(-1))
    assert actual.dtype == np.int32
    assert actual.tolist() == torch.from_numpy(x).argmax(-1).tolist()


@pytest.mark.parametrize(
    ("arguments", "picked"),
    [
        ({"begin": [1, 0, 2], "end": [3, 4, 5]}, np.s_[1:3, 0:4, 2:5]),
        ({"begin": [0, 1, 0], "end": [0, 0, -1], "end_mask": [True, True, False]}, np.s_[:, 1:, :-1]),
        ({"begin": [9, -3, 0], "end": [2, 4, 5], "begin_mask": [True, False, True]}, np.s_[:2, -3:4, :5]),
        ({"begin": [0, 0, 0], "end": [3, 4, 5], "stride": [2, 1, 3]}, np.s_[0:3:2, 0:4, 0:5:3]),
        (
            {"begin": [0, 3, 4], "end": [3, 0, 0], "stride": [1, -1, -2], "end_mask": [False, True, True]},
            np.s_[0:3, 3::-1, 4::-2],
        ),
        ({"begin": [-1, 0, 2], "end": [0, 4, 0], "squeeze_mask": [True, False, True]}, np.s_[-1, 0:4, 2]),
    ],
    ids=["plain", "end mask", "begin mask", "stride", "backwards", "squeeze"],
)
def test_slice_by_index(arguments, picked):
    x = numbers(3, 4, 5)
    actual = evaluate("slice_by_index", x=x, **{name: np.array(value) for name, value in arguments.items()})
    np.testing.assert_array_equal(actual, x[picked])


def test_slice_by_size_takes_the_rest_for_minus_one():
    x = numbers(3, 4, 5)
    actual = evaluate("slice_by_size", x=x, begin=np.array([1, 0, -2]), size=np.array([1, -1, 2]))
    np.testing.assert_array_equal(actual, x[1:2, :, 3:5])


def test_reshape_keeps_zero_and_infers_minus_one():
    x = numbers(2, 3, 4)
    assert evaluate("reshape", x=x, shape=np.array([0, -1])).shape == (2, 12)


@pytest.mark.parametrize(
    "arguments", [{"num_splits": np.int32(3)}, {"split_sizes": np.array([1, 3, 2])}], ids=["equal", "by sizes"]
)
def test_split_and_concat_are_inverse(arguments):
    x = numbers(2, 6)
    parts = evaluate("split", x=x, axis=np.int32(1), **arguments)
    assert len(parts) == 3
    np.testing.assert_array_equal(evaluate("concat", values=parts, axis=np.int32(-1)), x)


def test_interleaved_concat_alternates():
    values = (np.array([[1, 2]]), np.array([[3, 4]]))
    assert evaluate("concat", values=values, axis=np.int32(1), interleave=np.bool_(True)).tolist() == [[1, 3, 2, 4]]


def test_gather_takes_rows_for_each_index():
    x, indices = numbers(9, 4), np.array([[3, 0], [8, 3]], np.uint16)
    np.testing.assert_array_equal(evaluate("gather", x=x, indices=indices, axis=np.int32(0)), x[indices])


def test_gather_with_a_batch_dimension():
    x, indices = numbers(2, 5, 3), np.array([[4, 0], [1, 1]], np.int32)
    actual = evaluate("gather", x=x, indices=indices, axis=np.int32(1), batch_dims=np.int32(1))
    np.testing.assert_array_equal(actual, np.stack([x[0][[4, 0]], x[1][[1, 1]]]))


def test_gather_along_axis():
    x, indices = numbers(2, 5), np.array([[4, 0], [1, 1]], np.int32)
    expected = torch.gather(torch.from_numpy(x), 1, torch.from_numpy(indices).long())
    np.testing.assert_array_equal(evaluate("gather_along_axis", x=x, indices=indices, axis=np.int32(1)), expected)


def test_gather_nd():
    x, indices = numbers(3, 4, 2), np.array([[0, 1], [2, 3]], np.int32)
    np.testing.assert_array_equal(evaluate("gather_nd", x=x, indices=indices), np.stack([x[0, 1], x[2, 3]]))


def test_rsqrt_adds_epsilon_first():
    assert_close(evaluate("rsqrt", x=np.float32([0, 3]), epsilon=np.float32(1)), [1, 0.5])


def test_cast_to_integer_truncates():
    x = np.array([-1.75, 1.75, 1.0004], np.float32)
    assert evaluate("cast", x=x, dtype="int32").tolist() == [-1, 1, 1]


def test_cast_to_half_leaves_the_rounding_to_the_step():
    x = np.array([1.0004, 1e6], np.float32)
    half = evaluate("cast", x=x, dtype="fp16")
    assert (half.dtype, half.tolist()) == (np.float32, x.tolist())


def test_quantize_rounds_to_even_and_saturates():
    x = np.array([0.5, 1.5, 400, -400], np.float32)
    actual = evaluate("quantize", input=x, scale=np.float32(1), output_dtype="int8", zero_point=np.array(2, np.int8))
    assert (actual.dtype, actual.tolist()) == (np.int8, [2, 4, 127, -128])


def test_dequantize_has_one_scale_for_each_channel():
    x = np.array([[1, 2], [3, 4]], np.int8)
    actual = evaluate("dequantize", input=x, scale=np.float32([0.5, 2]), axis=np.int32(0))
    assert actual.tolist() == [[0.5, 1], [6, 8]]


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_quantize_along_an_axis_and_back(dtype, axis):
    x = numbers(4, 4) * 60
    scale = np.float32([0.25, 0.5, 1, 2])
    limits = np.iinfo(dtype)
    zero_point = np.array([limits.min, limits.max, 3, 7], dtype)
    parameters = {"scale": scale, "zero_point": zero_point, "axis": np.int32(axis)}
    expected = torch.fake_quantize_per_channel_affine(
        *in_torch(x, scale, zero_point.astype(np.int32)), axis % 2, int(limits.min), int(limits.max)
    )
    quantized = evaluate("quantize", input=x, output_dtype=dtype, **parameters)
    assert quantized.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(evaluate("dequantize", input=quantized, **parameters), expected)


@pytest.mark.parametrize(("dtype", "steps"), [("int8", [-128, -2, 0, 2, 127]), ("uint8", [0, 0, 0, 2, 255])])
def test_quantize_without_a_zero_point(dtype, steps):
    x = np.array([-1e6, -2.5, -0.5, 1.5, 1e6], np.float32)
    actual = evaluate("quantize", input=x, scale=np.float32(1), output_dtype=dtype)
    assert (actual.dtype, actual.tolist()) == (np.dtype(dtype), steps)


def test_quantize_adds_the_zero_point_after_rounding():
    x = np.array([0.5, 1.5], np.float32)
    actual = evaluate("quantize", input=x, scale=np.float32(1), output_dtype="int8", zero_point=np.array(1, np.int8))
    assert actual.tolist() == [1, 3]


def test_dequantize_subtracts_without_overflow():
    x = np.array([-128, 127], np.int8)
    actual = evaluate("dequantize", input=x, scale=np.float32(1), zero_point=np.array(127, np.int8))
    assert (actual.dtype, actual.tolist()) == (np.float32, [-255, 0])
