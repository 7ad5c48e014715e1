"""Checksums and sizes of files and of folders."""

import hashlib

import pytest

from edge.checksums import sha256, size


@pytest.fixture
def package(tmp_path):
    """Return a folder with two files, one in a folder of its own."""
    folder = tmp_path / "model.mlpackage"
    (folder / "Data").mkdir(parents=True)
    (folder / "Manifest.json").write_bytes(b"{}")
    (folder / "Data" / "weight.bin").write_bytes(b"12345")
    return folder


def test_file_has_the_checksum_that_sha256sum_prints(package):
    assert sha256(package / "Manifest.json") == hashlib.sha256(b"{}").hexdigest()


def test_size_of_a_file_is_its_bytes(package):
    assert size(package / "Manifest.json") == 2


def test_size_of_a_folder_is_that_of_all_its_files(package):
    assert size(package) == 7


def test_folder_keeps_its_checksum_when_it_is_moved(package, tmp_path):
    before = sha256(package)

    assert sha256(package.rename(tmp_path / "other.mlpackage")) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "Data" / "weight.bin").write_bytes(b"12346"),
        lambda folder: (folder / "Data" / "weight.bin").rename(folder / "Data" / "weights.bin"),
        lambda folder: (folder / "Data" / "weight.bin").rename(folder / "weight.bin"),
        lambda folder: (folder / "Manifest.json").unlink(),
        lambda folder: (folder / "new").write_bytes(b""),
    ],
    ids=["content", "name", "place", "missing file", "additional file"],
)
def test_every_change_in_a_folder_changes_its_checksum(package, change):
    before = sha256(package)

    change(package)

    assert sha256(package) != before
