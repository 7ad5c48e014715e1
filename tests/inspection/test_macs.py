"""Multiply-accumulates of MIL operations against a count by hand."""

import numpy as np
import pytest

from edge.inspection.macs import multiply_accumulates
from edge.inspection.mil_function import read_functions


def half(*shape):
    return np.ones(shape, np.float16)


@pytest.fixture
def counted(mil_package):
    """Return a function from a MIL program to the counts of its operations other than 0, by type."""

    def counts(program, *shapes, **options):
        (function,) = read_functions(mil_package(program, *shapes, **options))
        found = {operation.type: multiply_accumulates(operation) for operation in function.operations}
        return {name: count for name, count in found.items() if count != 0}

    return counts


def test_linear_multiplies_each_row_by_each_column(counted, mb):
    assert counted(lambda x: mb.linear(x=x, weight=half(6, 16)), (2, 5, 16)) == {"linear": 2 * 5 * 6 * 16}


def test_groups_of_a_convolution_read_their_own_channels(counted, mb):
    found = counted(lambda x: mb.conv(x=x, weight=half(8, 4, 1, 1), groups=4), (1, 16, 1, 5))
    assert found == {"conv": 5 * 8 * (16 // 4)}


def test_convolution_multiplies_a_kernel_for_each_position(counted, mb):
    found = counted(lambda x: mb.conv(x=x, weight=half(8, 3, 3, 3), strides=[2, 2]), (1, 3, 9, 9))
    assert found == {"conv": 4 * 4 * 8 * (3 * 3 * 3)}


def test_transposed_convolution_multiplies_a_kernel_for_each_input_position(counted, mb):
    found = counted(lambda x: mb.conv_transpose(x=x, weight=half(3, 8, 2, 2), strides=[2, 2]), (1, 3, 5, 5))
    assert found == {"conv_transpose": 5 * 5 * 3 * (8 * 2 * 2)}


@pytest.mark.parametrize(
    ("left", "right", "transposed"),
    [
        ((4, 5, 16), (4, 16, 7), {}),
        ((4, 16, 5), (4, 16, 7), {"transpose_x": True}),
        ((4, 5, 16), (4, 7, 16), {"transpose_y": True}),
        ((4, 5, 16), (1, 16, 7), {}),
        ((1, 16, 5), (4, 7, 16), {"transpose_x": True, "transpose_y": True}),
    ],
)
def test_matmul_multiplies_in_every_batch(counted, mb, left, right, transposed):
    assert counted(lambda x, y: mb.matmul(x=x, y=y, **transposed), left, right) == {"matmul": 4 * 5 * 16 * 7}


@pytest.mark.parametrize(
    ("equation", "left", "right", "count"),
    [
        ("nchw,nwhu->nchu", (2, 3, 5, 7), (2, 7, 5, 11), 2 * 3 * 5 * 7 * 11),
        ("nchw,nwhu->nchu", (1, 3, 1, 7), (2, 7, 5, 11), 2 * 3 * 5 * 7 * 11),
        ("chw,whr->chr", (3, 5, 7), (7, 5, 11), 3 * 5 * 7 * 11),
    ],
)
def test_einsum_multiplies_over_every_letter(counted, mb, equation, left, right, count):
    assert counted(lambda x, y: mb.einsum(values=(x, y), equation=equation), left, right) == {"einsum": count}


def test_attention_is_two_products(counted, mb):
    found = counted(
        lambda q, k, v: mb.scaled_dot_product_attention(query=q, key=k, value=v),
        (1, 2, 5, 8),
        (1, 2, 6, 8),
        (1, 2, 6, 4),
        target="iOS18",
    )
    assert found == {"scaled_dot_product_attention": 2 * (5 * 6 * 8 + 5 * 6 * 4)}


def test_elementwise_operations_have_none(counted, mb):
    assert counted(lambda x: mb.softmax(x=mb.mul(x=x, y=np.float16(2)), axis=-1), (1, 8)) == {}


def test_recurrent_layers_are_not_counted(counted, mb):
    def program(x):
        weights = {"weight_ih": np.ones((12, 3), np.float32), "weight_hh": np.ones((12, 4), np.float32)}
        return mb.gru(x=x, initial_h=np.zeros((1, 4), np.float32), **weights)[0]

    assert counted(program, (5, 1, 3), dtype="fp32") == {"gru": None}


def test_size_that_is_not_constant_leaves_the_count_open(flexible_package):
    (function,) = read_functions(flexible_package("range"))
    assert [multiply_accumulates(each) for each in function.operations if each.type == "conv"] == [None]
