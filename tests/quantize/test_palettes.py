"""Palettes: tables of 64 values by k-means, and the index of the nearest for each weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantize.palettes import BINS, SIZE, palettize

# coremltools carries the k-means.
pytest.importorskip("coremltools")

MATRICES = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=32),
    elements=st.floats(-1000, 1000, width=32, allow_subnormal=False),
)


def groups_of(weight, tables):
    return weight.reshape(len(tables), -1)


def dense(indices, tables):
    return np.take_along_axis(tables, groups_of(indices, tables).astype(int), axis=1).reshape(indices.shape)


@given(MATRICES)
def test_each_group_has_at_most_64_values_which_float16_holds(weight):
    indices, tables = palettize(weight)

    assert tables.shape[1] == SIZE
    assert indices.max() < SIZE
    np.testing.assert_array_equal(tables, tables.astype(np.float16).astype(np.float32))


@given(MATRICES)
def test_each_weight_gets_the_nearest_value(weight):
    indices, tables = palettize(weight)

    found = np.abs(groups_of(dense(indices, tables), tables).astype(np.float64) - groups_of(weight, tables))
    least = np.abs(groups_of(weight, tables)[..., None].astype(np.float64) - tables[:, None]).min(axis=2)
    np.testing.assert_array_equal(found, least)


def test_up_to_64_different_weights_are_exact():
    weight = np.random.default_rng(0).integers(-32, 32, (32, 48)).astype(np.float32) / 8

    np.testing.assert_array_equal(dense(*palettize(weight)), weight)


@pytest.mark.parametrize(("rows", "tables"), [(384, 24), (150, 10), (16, 1), (3, 1), (17, 17)])
def test_groups_divide_the_rows(rows, tables):
    _, found = palettize(np.ones((rows, 2), np.float32))

    assert len(found) == tables


def test_a_table_for_all_rows_is_possible():
    _, tables = palettize(np.random.default_rng(0).standard_normal((48, 8)).astype(np.float32), group=48)

    assert len(tables) == 1


@pytest.mark.parametrize("columns", [BINS // 16, 256])
def test_error_is_within_3_percent_of_exact_k_means(columns):
    from coremltools._deps import kmeans1d

    # Heavy tails, as trained weights have them.
    weight = np.random.default_rng(0).standard_t(4, (16, columns)).astype(np.float32) / 32
    exact = kmeans1d.cluster(weight.ravel(), SIZE)
    least = np.square(np.array(exact.centroids)[exact.clusters] - weight.ravel()).sum()

    assert np.square(dense(*palettize(weight)) - weight).sum() < 1.03 * least


def test_the_same_weights_give_the_same_tables():
    weight = np.random.default_rng(0).standard_normal((32, 128)).astype(np.float32)

    for first, second in zip(palettize(weight), palettize(weight), strict=True):
        np.testing.assert_array_equal(first, second)
