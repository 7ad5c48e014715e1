"""Addresses become offsets in files."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.aarch64.mappings import UNKNOWN, Place, locate, parse_mappings

MAPS = """\
400000-916000 r-xp 00000000 fe:00 3008193                                /usr/bin/python3.11
925000-926000 rw-p 00515000 fe:00 3008193                                /usr/bin/python3.11
5500843000-5500844000 r-xp 00000000 00:00 0
5508bbd000-55093ed000 r-xp 002ed000 fe:00 3008331                        /lab/site/a folder/libkernels.so
"""


def test_only_executable_files_count() -> None:
    assert [mapping.name for mapping in parse_mappings(MAPS)] == ["python3.11", "libkernels.so"]


def test_offset_is_that_in_the_file() -> None:
    assert str(locate(0x5508BBD010, parse_mappings(MAPS))) == "libkernels.so+0x2ed010"


@given(st.integers(0, 2**64 - 1))
def test_every_address_is_in_one_file_or_in_none(address: int) -> None:
    mappings = parse_mappings(MAPS)
    inside = [mapping for mapping in mappings if mapping.start <= address < mapping.end]
    place = locate(address, mappings)
    assert place.name == (inside[0].name if inside else UNKNOWN)
    assert inside or place == Place(UNKNOWN, address)
