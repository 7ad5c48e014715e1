"""A folder as one run of bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.runtimes.inmemory_filesystem import flatten, unflatten

FILES = {"package/Data/weights/weight.bin": bytes(range(256)), "package/Manifest.json": b"{}", "metadata.json": b"[1]"}
# No name is the beginning of another: a file cannot be a folder too.
NAMES = st.text("abcäß.\"'{}", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))


def described(nodes, contents=b""):
    """Return `contents` with a list of files of one's own."""
    return contents + json.dumps({"nodes": nodes}).encode()[::-1]


def root(**children):
    return {"name": "root", "kind": 1, "dataRegion": {"offset": 0, "size": 0}, "children": children}


def file(offset, size):
    return {"name": "file", "kind": 0, "dataRegion": {"offset": offset, "size": size}, "children": {}}


def test_files_come_back():
    assert unflatten(flatten(FILES)) == FILES


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, st.binary(max_size=50), min_size=1), max_size=4))
def test_any_names_and_contents_come_back(folders):
    files = {f"{folder}/{name}": content for folder, entries in folders.items() for name, content in entries.items()}
    assert unflatten(flatten(files)) == files


def test_the_order_of_files_does_not_matter():
    assert flatten(dict(reversed(FILES.items()))) == flatten(FILES)


def test_padding_at_the_end_is_skipped():
    assert unflatten(flatten(FILES) + bytes(100)) == FILES


@pytest.mark.parametrize("data", [b"", b"[]", bytes(100), flatten(FILES)[:-20], b"}" * 5000])
def test_other_data_is_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011
        unflatten(data)


@pytest.mark.parametrize("name", ["..", ".", "", "../outside", "a/b", "a\\b", "/etc"])
def test_a_name_that_leaves_the_folder_is_refused(name):
    with pytest.raises(ValueError, match="no file of a folder"):
        unflatten(described([file(0, 1), root(**{name: 0})], b"x"))


def test_a_folder_within_itself_is_refused():
    with pytest.raises(ValueError, match="no file of a folder"):
        unflatten(described([root(again=0)]))


@pytest.mark.parametrize("region", [(0, 1000), (-1, 1), (5, -1)])
def test_a_region_outside_of_the_data_is_refused(region):
    with pytest.raises(ValueError, match="cut short"):
        unflatten(described([file(*region), root(name=0)], b"x"))


@pytest.mark.parametrize("nodes", [[], [{}], 5, [root(name="0")], [{"children": []}]])
def test_a_damaged_list_of_files_is_refused(nodes):
    with pytest.raises(ValueError):  # noqa: PT011
        unflatten(described(nodes))
