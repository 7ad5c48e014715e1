"""``--cores``: processors as users of taskset write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cli.core_list import HIGHEST, parse_cores
from edge.errors import InputError


@pytest.mark.parametrize(("text", "cores"), [("0", (0,)), ("0-3", (0, 1, 2, 3)), ("6, 4-5,4", (4, 5, 6))])
def test_a_list_has_cores_and_ranges(text, cores):
    assert parse_cores(text) == cores


@pytest.mark.parametrize("text", ["", "a", "3-1", "-1", "1,,2", "0-", f"0-{HIGHEST + 1}", "²"])
def test_anything_else_is_refused_in_one_line(text):
    with pytest.raises(InputError, match="is no list of cores: write 0-3, or 4,6,7"):
        parse_cores(text)


@given(st.text())
def test_any_text_is_a_list_or_refused(text):
    with suppress(InputError):
        cores = parse_cores(text)
        assert list(cores) == sorted(set(cores))


@given(st.sets(st.integers(0, HIGHEST), min_size=1))
def test_a_list_reads_as_it_was_written(cores):
    assert parse_cores(",".join(map(str, cores))) == tuple(sorted(cores))
