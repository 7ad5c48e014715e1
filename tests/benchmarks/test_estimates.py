"""docs/estimates.md: estimates against published figures."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.anchors import FILE, read_anchors
from benchmarks.comparisons import compare, mean_factor
from benchmarks.efficiencies import operations_per_cycle, published_config, recipe_efficiencies
from benchmarks.estimates import main
from edge.errors import InputError
from edge.estimation.efficiencies import load_efficiencies
from edge.estimation.layer_work import LayerType, encoder_work
from edge.estimation.precision import precision_of
from edge.hardware import Peak
from quantize import load_recipes


@pytest.fixture(scope="module")
def comparisons():
    """Return every published figure with its estimate."""
    return compare(read_anchors(), load_efficiencies())


def test_every_figure_is_estimated_or_says_why_not(comparisons):
    for each in comparisons:
        found = [each.estimated, each.longest, each.anchor.not_estimated]
        assert sum(value is not None for value in found) == 1, each.anchor


def test_figures_without_a_length_have_no_error(comparisons):
    for each in comparisons:
        if each.anchor.sequence_length is None:
            assert each.ratio is None
            assert each.shortest.expected_ms < each.longest.expected_ms


def test_one_thread_is_slower(comparisons):
    for each in comparisons:
        if each.on_one_thread is not None:
            assert each.estimated.lower_bound_ms < each.on_one_thread.lower_bound_ms


def test_figures_name_known_recipes_and_have_sources():
    for anchor in read_anchors().anchors:
        assert anchor.recipe in load_recipes()
        assert anchor.source


def test_models_of_the_usual_shape_have_the_published_work():
    models = read_anchors().models

    # SqueezeBERT's paper: 7.42 and 22.5 G operations at 128 tokens; MobileBERT's: 5.7.
    for name, operations in (("squeezebert-base", 7.42), ("bert-base", 22.5), ("mobilebert", 5.7)):
        macs = sum(work.macs for work in models[name].work(128))
        assert 2 * macs / 1e9 == pytest.approx(operations, rel=0.08)


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("published_ms", "published_us", "published_us: Extra inputs|published_ms: Field required"),
        ('device = "pixel-3"', 'device = "pixel-2"', "squeezebert-base on pixel-2 is not described"),
        ("[models", "[models", None),
    ],
)
def test_damaged_figures_are_refused(found, instead, said, tmp_path):
    path = tmp_path / "anchors.toml"
    path.write_text(FILE.read_text().replace(found, instead, 1))

    if said is None:
        assert read_anchors(path) == read_anchors()
    else:
        with pytest.raises(InputError, match=said):
            read_anchors(path)


def test_page_says_what_is_an_estimate_and_has_every_figure(tmp_path):
    assert main([str(tmp_path / "estimates.md")]) == 0

    page = (tmp_path / "estimates.md").read_text()
    assert page.startswith("# Estimates\n\n`python -m benchmarks.estimates docs/estimates.md` writes this page.")
    assert "mean absolute logarithm" in page
    for anchor in read_anchors().anchors:
        assert anchor.source in page


def test_page_that_cannot_be_written_is_one_line(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=9))
def test_mean_factor_counts_too_fast_like_too_slow(ratios):
    assert mean_factor(ratios) >= 1
    assert mean_factor([1 / ratio for ratio in ratios]) == pytest.approx(mean_factor(ratios))


def test_efficiencies_are_the_share_of_the_peak_and_what_two_threads_waited():
    config, precision = published_config(), precision_of(load_recipes()["fp32"], "tflite", "xnnpack", 128)
    peak = Peak(fp32_gflops=100, int8_gops=400, source="test")
    at_peak_ms = {
        work.type.value: 1000 * (2 * work.macs + 2 * (work.steps + work.moved)) / 100e9
        for work in encoder_work(config, 128)
    }
    one = {name: 2 * value for name, value in at_peak_ms.items()}
    two = {name: value / 2 + 0.048 for name, value in one.items()}

    found = recipe_efficiencies(
        config,
        128,
        precision,
        peak,
        {"layers_ms": one, "inference_ms": sum(one.values()) + 1},
        {"layers_ms": two, "inference_ms": sum(two.values())},
    )

    assert all(each.efficiency == pytest.approx(0.5, abs=0.001) for each in found.layers.values())
    # 48 microseconds over 12 layers of 4 groups.
    assert found.layers[LayerType.QUERY_KEY_VALUE].synchronization_us == pytest.approx(1.0)
    assert found.between_operators_us > 0


@pytest.mark.parametrize(("flags", "operations"), [(["avx512f", "avx2"], 64), (["avx2"], 32), (["asimddp"], 16)])
def test_operations_of_a_cycle(flags, operations):
    assert operations_per_cycle(flags) == operations
    assert math.log2(operations).is_integer()
