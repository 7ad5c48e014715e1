"""Rows of text: to calibrate with, to verify with, and, with labels, to evaluate with."""

from edge.samples.bundled import bundled_samples
from edge.samples.readers import READERS, read_samples
from edge.samples.sample import Sample, given_fields, shown
from edge.samples.split import SEED, Split, split_samples

__all__ = [
    "READERS",
    "SEED",
    "Sample",
    "Split",
    "bundled_samples",
    "given_fields",
    "read_samples",
    "shown",
    "split_samples",
]
