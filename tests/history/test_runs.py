"""Runs as bytes: nothing is lost that a clock could have seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.history.runs import decode_runs, encode_runs

milliseconds = st.floats(min_value=0, max_value=1e9, width=32)


@given(st.lists(milliseconds))
def test_round_trip(runs):
    assert decode_runs(encode_runs(runs)) == runs


@given(st.lists(st.floats(min_value=1e-6, max_value=1e9)))
def test_the_host_s_numbers_come_back_to_seven_digits_in_order(runs):
    np.testing.assert_allclose(decode_runs(encode_runs(runs)), runs, rtol=6e-8)


@given(st.lists(milliseconds))
def test_four_bytes_a_run(runs):
    assert len(encode_runs(runs)) == 4 * len(runs)


def test_bytes_that_were_cut_off_are_an_error():
    with pytest.raises(ValueError, match="size"):
        decode_runs(encode_runs([1.0, 2.0])[:-1])
