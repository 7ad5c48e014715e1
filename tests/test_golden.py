"""Golden vectors on disk: what is written is read, and damage is one line."""

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from edge.errors import InputError
from edge.examples import Example
from edge.golden import Golden, load_golden, save_golden, select_positions

IDS = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=6).map(tuple)
EXAMPLES = st.builds(
    Example,
    texts=st.lists(st.text(), min_size=1, max_size=2).map(tuple),
    input_ids=IDS,
    token_type_ids=IDS,
    positions=st.none() | IDS,
)
OUTPUTS = st.dictionaries(
    st.sampled_from(["logits", "start_logits", "end_logits"]),
    arrays(np.float32, array_shapes(max_dims=2, max_side=4), elements=st.floats(width=32, allow_subnormal=False)),
    min_size=1,
)
GOLDEN = st.lists(st.tuples(EXAMPLES, OUTPUTS), min_size=1, max_size=4).map(
    lambda rows: Golden(16, 0, tuple(example for example, _ in rows), tuple(outputs for _, outputs in rows))
)
SMALL = Golden(
    sequence_length=16,
    pad_id=0,
    examples=(Example(("pay the bill",), (2, 7, 8, 3), (0, 0, 0, 0), None), Example(("hi",), (2, 3), (0, 0), (0, 1))),
    outputs=({"logits": np.array([1, 2], np.float32)}, {"logits": np.array([[3, 4], [5, 6]], np.float32)}),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(GOLDEN)
def test_round_trip(tmp_path, golden):
    save_golden(golden, tmp_path)
    found = load_golden(tmp_path, 16)

    assert (found.sequence_length, found.pad_id, found.examples) == (16, 0, golden.examples)
    for got, wanted in zip(found.outputs, golden.outputs, strict=True):
        assert got.keys() == wanted.keys()
        for name, value in wanted.items():
            np.testing.assert_array_equal(got[name], value)


def test_same_vectors_give_the_same_bytes(tmp_path):
    first = [path.read_bytes() for path in save_golden(SMALL, tmp_path)]

    assert [path.read_bytes() for path in save_golden(SMALL, tmp_path)] == first


def test_values_are_little_endian_float32_in_order(tmp_path):
    _, data = save_golden(SMALL, tmp_path)

    assert data.read_bytes() == np.array([1, 2, 3, 4, 5, 6], "<f4").tobytes()


def test_missing_files_are_named(tmp_path):
    with pytest.raises(InputError, match=r"32\.json: golden vectors are missing; build the bundle again"):
        load_golden(tmp_path, 32)


def test_missing_values_are_named(tmp_path):
    _, data = save_golden(SMALL, tmp_path)
    data.unlink()

    with pytest.raises(InputError, match=r"16\.f32: golden vectors are missing"):
        load_golden(tmp_path, 16)


@pytest.mark.parametrize("size", [0, 1, 8, 23])
def test_truncated_values_are_damage(tmp_path, size):
    _, data = save_golden(SMALL, tmp_path)
    data.write_bytes(data.read_bytes()[:size])

    with pytest.raises(InputError, match="golden vectors are damaged"):
        load_golden(tmp_path, 16)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"rows": 3}',
        b'{"rows": [{}]}',
        b'{"sequence_length": 16, "pad_id": 0, "rows": [{"texts": [], "input_ids": [], "token_type_ids": [],'
        b' "positions": null, "outputs": []}]}',
        b"[" * 100_000,
    ],
)
def test_damaged_index(tmp_path, content):
    index, _ = save_golden(SMALL, tmp_path)
    index.write_bytes(content)

    with pytest.raises(InputError, match=r"16\.json: golden vectors are damaged"):
        load_golden(tmp_path, 16)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_damage_is_an_input_error_or_harmless(tmp_path, data):
    index, _ = save_golden(SMALL, tmp_path)
    content = bytearray(index.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    index.write_bytes(content)

    with contextlib.suppress(InputError):
        load_golden(tmp_path, 16)


def test_positions_are_selected_and_the_batch_axis_dropped():
    outputs = {"logits": np.arange(8).reshape(1, 4, 2)}

    np.testing.assert_array_equal(select_positions(outputs, (0, 3))["logits"], [[0, 1], [6, 7]])
    np.testing.assert_array_equal(select_positions(outputs, None)["logits"], np.arange(8).reshape(4, 2))
