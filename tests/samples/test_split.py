"""Rows to calibrate and rows to verify with: never the same, and the same each time."""

import pytest

from edge.errors import InputError
from edge.samples import Sample, bundled_samples, split_samples


def numbered(count):
    return [Sample(str(number)) for number in range(count)]


def texts(samples):
    return {sample.text for sample in samples}


@pytest.mark.parametrize(
    ("given", "verification", "calibration"),
    [(16, 8, 8), (17, 8, 9), (100, 50, 50), (128, 64, 64), (200, 64, 136), (320, 64, 256), (1000, 64, 256)],
)
def test_small_files_are_shared_in_halves(given, verification, calibration):
    split = split_samples(numbered(given))

    assert (len(split.verification), len(split.calibration)) == (verification, calibration)


@pytest.mark.parametrize("given", [16, 50, 128, 400])
def test_no_text_is_in_both(given):
    rows = [Sample(sample.text, pair) for sample in numbered(given) for pair in (None, "same", "other")]
    split = split_samples(rows)

    assert not texts(split.verification) & texts(split.calibration)
    for part in (split.verification, split.calibration):
        assert len(texts(part)) == len(part)


def test_too_few_different_texts_are_refused_with_the_number_needed():
    with pytest.raises(InputError, match="need 16 different texts, but only 15 were given; add more"):
        split_samples(numbered(15) * 10)


def test_the_seed_decides():
    assert split_samples(numbered(500)) == split_samples(numbered(500))
    assert split_samples(numbered(500), seed=1) != split_samples(numbered(500))
    assert split_samples(numbered(500), seed=1).seed == 1


def test_hash_is_of_all_texts_and_nothing_else():
    rows = numbered(500)
    first = split_samples(rows).source_sha256

    assert first == split_samples([Sample(row.text, label="x", place="y") for row in rows]).source_sha256
    assert first == split_samples(rows, seed=1).source_sha256
    assert first != split_samples([*rows, Sample("more")]).source_sha256
    assert first != split_samples([*rows[:-1], Sample(rows[-1].text, "pair")]).source_sha256


def test_bundled_samples_are_enough_and_of_mixed_length():
    split = split_samples(bundled_samples())
    lengths = [len(sample.text.split()) for sample in split.verification]

    assert (len(lengths), len(split.calibration)) == (64, 256)
    assert min(lengths) < 8
    assert max(lengths) > 100
