"""The cache on disk: what comes out is what went in, or nothing."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.content_cache import ENTRY, VARIABLE, ContentCache, content_key, default_folder

KEY = content_key({"number": 1})
OTHER = content_key({"number": 2})
DOCUMENT = {"recipe": "fp32"}


@pytest.fixture
def cache(tmp_path):
    return ContentCache(tmp_path / "cache")


@pytest.fixture
def artifact(tmp_path):
    """Return a file of 1000 bytes."""
    path = tmp_path / "made.onnx"
    path.write_bytes(b"weights!" * 125)
    return path


@pytest.fixture
def package(tmp_path):
    """Return a folder with files, such as an .mlpackage is."""
    folder = tmp_path / "made.mlpackage"
    (folder / "Data").mkdir(parents=True)
    (folder / "Manifest.json").write_text("{}")
    (folder / "Data" / "weights").write_bytes(b"w")
    return folder


def take(cache, place, key=KEY):
    return cache.take(key, {"artifact": place})


def test_an_entry_comes_back_as_it_was(cache, artifact, tmp_path):
    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)

    assert take(cache, tmp_path / "taken.onnx") == DOCUMENT
    assert (tmp_path / "taken.onnx").read_bytes() == artifact.read_bytes()


def test_a_folder_comes_back_as_it_was(cache, package, tmp_path):
    cache.keep(KEY, {"artifact": package}, DOCUMENT)

    assert take(cache, tmp_path / "taken.mlpackage") == DOCUMENT
    assert (tmp_path / "taken.mlpackage" / "Data" / "weights").read_bytes() == b"w"


def test_another_key_finds_nothing(cache, artifact, tmp_path):
    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)

    assert take(cache, tmp_path / "taken.onnx", OTHER) is None
    assert not (tmp_path / "taken.onnx").exists()


def test_nothing_is_written_by_looking(cache, tmp_path):
    assert take(cache, tmp_path / "taken.onnx") is None
    assert os.listdir(tmp_path) == []


def test_what_was_taken_does_not_change_with_the_cache(cache, artifact, tmp_path):
    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)
    take(cache, tmp_path / "taken.onnx")

    with (cache.folder / KEY / "artifact").open("r+b") as file:
        file.write(b"changed")

    assert (tmp_path / "taken.onnx").read_bytes() == artifact.read_bytes()


def flip_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["artifact", ENTRY])
@pytest.mark.parametrize("damage", [flip_byte, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_entry_is_removed_and_can_be_kept_again(cache, artifact, tmp_path, name, damage):
    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)
    damage(cache.folder / KEY / name)

    assert take(cache, tmp_path / "taken.onnx") is None
    assert not (tmp_path / "taken.onnx").exists()
    assert os.listdir(cache.folder) == []

    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)
    assert take(cache, tmp_path / "taken.onnx") == DOCUMENT


def test_entries_used_longest_ago_go_first(artifact, tmp_path):
    room_for_two = ContentCache(tmp_path / "cache", limit_bytes=3000)
    keys = [content_key({"number": number}) for number in range(3)]
    for age, key in zip((300, 200), keys, strict=False):
        room_for_two.keep(key, {"artifact": artifact}, DOCUMENT)
        os.utime(room_for_two.folder / key, times=(time.time() - age,) * 2)

    take(room_for_two, tmp_path / "taken.onnx", keys[0])
    room_for_two.keep(keys[2], {"artifact": artifact}, DOCUMENT)

    assert set(os.listdir(room_for_two.folder)) == {keys[0], keys[2]}


def test_what_is_larger_than_the_limit_is_not_kept(artifact, tmp_path):
    small = ContentCache(tmp_path / "cache", limit_bytes=500)

    small.keep(KEY, {"artifact": artifact}, DOCUMENT)

    assert not small.folder.exists()


def test_draft_of_a_build_that_was_killed_is_removed_after_a_day(cache, artifact):
    cache.keep(KEY, {"artifact": artifact}, DOCUMENT)
    old, new = cache.folder / ".draft-old", cache.folder / ".draft-new"
    old.mkdir()
    new.mkdir()
    os.utime(old, times=(time.time() - 2 * 24 * 3600,) * 2)

    cache.keep(OTHER, {"artifact": artifact}, DOCUMENT)

    assert set(os.listdir(cache.folder)) == {KEY, OTHER, ".draft-new"}


def test_builds_at_once_share_the_cache(cache, artifact, tmp_path):
    def build(number):
        cache.keep(KEY, {"artifact": artifact}, DOCUMENT)
        return take(cache, tmp_path / f"taken-{number}.onnx")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(build, range(40))) == [DOCUMENT] * 40
    assert os.listdir(cache.folder) == [KEY]


def test_the_variable_places_it(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    assert default_folder() == tmp_path


@pytest.mark.skipif(os.name == "nt", reason="XDG is for Unix")
@pytest.mark.parametrize(("given", "expected"), [("/caches", "/caches"), ("relative", "~/.cache"), ("", "~/.cache")])
def test_linux_follows_xdg(monkeypatch, given, expected):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", given)

    assert default_folder() == Path(expected).expanduser() / "squeezebert-edge"


def test_mac_has_its_own_place(monkeypatch):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("sys.platform", "darwin")

    assert default_folder() == Path.home() / "Library" / "Caches" / "squeezebert-edge"
