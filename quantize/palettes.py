"""Palettes: weights as indices into tables of 64 values, one table for each group of output channels."""

import numpy as np

from quantize.divisor import largest_divisor

BITS = 6
SIZE = 2**BITS

# Output channels that share a table. 64 float16 values for 16 rows of 384 weights are a sixth of a bit for each.
GROUP = 16

# k-means is exact on this many bins of equal width. On trained weights the squared error is within 2% of that of exact
# k-means on the weights themselves, which takes twenty times as long.
BINS = 512


def palettize(weight: np.ndarray, group: int = GROUP) -> tuple[np.ndarray, np.ndarray]:
    """Replace each weight by the nearest value of its group's table.

    Parameters
    ----------
    weight
        Shape (rows, columns), float32.
    group
        Rows that share a table; where it does not divide the rows, the largest divisor below it.

    Returns
    -------
    indices
        Shape (rows, columns), uint8, 0 to 63.
    tables
        Shape (groups, 64), float32, ascending, each a float16 number.
    """
    rows, columns = weight.shape
    groups = weight.reshape(rows // largest_divisor(rows, group), -1)
    tables = np.stack([_table(values.astype(np.float64)) for values in groups])
    indices = np.stack([_nearest(values, table) for values, table in zip(groups, tables, strict=True)])
    return indices.reshape(rows, columns), tables


def _table(values: np.ndarray) -> np.ndarray:
    """Return the 64 values, ascending, with the least squared distance to `values` (float64, of one axis)."""
    points, counts = np.unique(values, return_counts=True)
    if len(points) > BINS:
        points, counts = _binned(values)
    if len(points) > SIZE:
        points = _centres(points, counts)
    # Fewer are filled up with the largest, which changes no choice.
    filled = np.pad(points, (0, SIZE - len(points)), mode="edge")
    # Rounded as the package stores them, so that the indices are chosen for those.
    table: np.ndarray = filled.astype(np.float16).astype(np.float32)
    return table


def _binned(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each bin that has values in it, and their number."""
    low, high = values.min(), values.max()
    bins = np.minimum(((values - low) * (BINS / (high - low))).astype(np.int64), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    sums = np.bincount(bins, weights=values, minlength=BINS)
    filled = counts > 0
    return sums[filled] / counts[filled], counts[filled]


def _centres(points: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the 64 centres of exact k-means on weighted points of one axis."""
    # Daniel Steinberg's kmeans1d, which coremltools carries for its own palettes.
    from coremltools._deps import kmeans1d

    return np.sort(np.array(kmeans1d.cluster(points, SIZE, weights=counts).centroids))


def _nearest(values: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return the index of the table's nearest value for each of `values`."""
    borders = (table[1:].astype(np.float64) + table[:-1]) / 2
    return np.searchsorted(borders, values).astype(np.uint8)
