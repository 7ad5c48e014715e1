"""bench --compare: what a reference names, what can be compared with it, and what is said."""

import numpy as np
import pytest

from edge.errors import InputError
from edge.history.comparison import Comparison, Verdict, compare
from edge.history.reference import load_reference
from edge.history.store import append
from edge.placement import CoreMLDevices
from tests.history.examples import device, measurement, noisy, visit


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sentiment.history.sqlite"


@pytest.fixture
def random():
    return np.random.default_rng(5)


def compared(path, measured, name="last", on=None):
    """Return the comparison of one measurement."""
    on = on or device()
    return compare(on, [measured], load_reference(path, name, on)).artifacts[0]


class TestVerdict:
    def test_slower(self, path, random):
        runs = noisy(50, random)
        append(path, visit(), [measurement(runs)])

        found = compared(path, measurement(1.1 * runs))

        assert found.verdict == Verdict.slower
        assert found.reason == "10.0% slower than visit 1, p = 0.00018, beyond the tolerance of 5.0%"
        assert found.ratio == pytest.approx(1.1)
        assert found.visits == [1]

    def test_faster(self, path, random):
        append(path, visit(), [measurement(noisy(50, random))])

        assert compared(path, measurement(noisy(45, random))).verdict == Verdict.faster

    def test_no_difference_shown_by_noise_alone(self, path, random):
        append(path, visit(), [measurement(noisy(50, random))])

        found = compared(path, measurement(noisy(50, random)))

        assert found.verdict == Verdict.no_difference
        assert "noise alone does that more often than 1% of the time" in found.reason

    def test_what_is_within_the_tolerance_is_no_regression_however_sure(self, path, random):
        runs = noisy(50, random, deviation=0.001)
        append(path, visit(), [measurement(runs)])

        found = compared(path, measurement(1.04 * runs))

        assert found.p_value < 0.001
        assert found.verdict == Verdict.no_difference
        assert found.reason == "4.0% slower than visit 1, p = 0.00018, within the tolerance of 5.0%"

    def test_few_runs_show_nothing_on_either_side(self, path):
        append(path, visit(), [measurement([50.0] * 30)])

        found = compared(path, measurement())

        assert found.verdict == Verdict.too_few_runs
        assert found.reason == (
            "visit 1 has 30 runs in 1.5 s: the test needs 100 and 5 s on both sides (--runs, --seconds)"
        )

        append(path, visit(), [measurement()])

        assert compared(path, measurement([1.0] * 200)).reason.startswith("this visit has 200 runs in 0.2 s")

    def test_regressed_are_the_slower_ones(self, path, random):
        ids = ("tflite-fp32-32", "onnx-fp32-32", "executorch-fp32-32")
        append(path, visit(), [measurement(noisy(50, random), artifact=name) for name in ids])

        measured = [measurement(noisy(ms, random), artifact=name) for ms, name in zip((60, 50, 40), ids, strict=True)]
        found = compare(device(), measured, load_reference(path, "last", device()))

        assert [each.artifact for each in found.regressed] == ["tflite-fp32-32"]
        assert Comparison.model_validate_json(found.model_dump_json()) == found


class TestNotComparable:
    def test_another_device(self, path):
        append(path, visit(on=device("a1", name="ssh:other")), [measurement()])

        found = compared(path, measurement(), name="1", on=device("b2"))

        assert found.verdict == Verdict.not_comparable
        assert found.reason == "visit 1 was to another device: ssh:other, Raspberry Pi 5 Model B"
        assert (found.ratio, found.visits) == (None, [])

    @pytest.mark.parametrize("other", [{"artifact": "onnx-fp32-32"}, {"sequence_length": 64}])
    def test_an_artifact_that_was_not_measured(self, path, other):
        append(path, visit(), [measurement(**other)])

        assert compared(path, measurement()).reason == "visit 1 did not measure tflite-int8-dynamic-32 at 32"

    @pytest.mark.parametrize(
        ("setting", "words"),
        [
            ({"threads": 1}, "1 thread"),
            ({"cores": [3, 2]}, "4 threads on cores 2, 3"),
            (
                {"core_ml": CoreMLDevices(compute_units="cpu", placement=None, placement_missing="old")},
                "4 threads and compute units cpu",
            ),
        ],
    )
    def test_another_setting(self, path, setting, words):
        append(path, visit(), [measurement(**setting)])

        found = compared(path, measurement())

        assert found.verdict == Verdict.not_comparable
        assert found.reason == f"visit 1 measured it with {words}, this visit with 4 threads"

    def test_of_several_settings_in_one_visit_the_same_one_counts(self, path):
        append(path, visit(), [measurement(threads=1), measurement(threads=4), measurement(threads=2)])

        assert compared(path, measurement(threads=4)).verdict == Verdict.no_difference

    def test_cores_in_another_order_are_the_same(self, path):
        append(path, visit(), [measurement(cores=[2, 3])])

        assert compared(path, measurement(cores=[3, 2])).verdict == Verdict.no_difference


def test_what_differs_beside_the_time_is_said(path):
    append(path, visit(), [measurement(marks=["unstable: the runs' interquartile range is 20% of their median"])])

    found = compared(
        path,
        measurement(
            artifact_sha256="9f8e7d6c" * 8,
            runtime="ai-edge-litert 2.4.0",
            program="squeezebert-edge 0.2.0",
            marks=["throttled: the clock fell from 2400 to 1500 MHz"],
        ),
        on=device(system="Debian 14", kernel="7.1", governor="performance"),
    )

    assert found.differences == [
        "file was sha256 1a2b3c4d, is sha256 9f8e7d6c",
        "runtime was ai-edge-litert 2.3.0, is ai-edge-litert 2.4.0",
        "program was squeezebert-edge 0.1.0, is squeezebert-edge 0.2.0",
        "system was Debian 13, is Debian 14",
        "kernel was unknown, is 7.1",
        "governor was ondemand, is performance",
        "visit 1 is marked unstable: measure again for a sure verdict",
        "this visit is marked throttled: measure again for a sure verdict",
    ]


class TestSeveralVisitsOfOneLabel:
    def fill(self, path, random, medians, **values):
        for median in medians:
            append(path, visit("main"), [measurement(noisy(median, random), **values)])

    def test_what_they_differ_by_is_the_least_that_counts(self, path, random):
        self.fill(path, random, [50, 53, 48])

        found = compared(path, measurement(noisy(55, random)), "main")

        assert found.verdict == Verdict.no_difference
        assert found.visits == [3, 2, 1]
        assert found.tolerance > 0.3
        assert found.reason.endswith("%, which is what these visits differ by; more visits narrow it")

    def test_a_regression_beyond_that_is_found(self, path, random):
        self.fill(path, random, [50, 50.3, 49.8, 50.1, 50.2])

        found = compared(path, measurement(noisy(55, random)), "main")

        assert found.verdict == Verdict.slower
        assert found.reference_ms == pytest.approx(50.1, rel=0.01)

    def test_only_the_same_file_and_runtime_say_what_visits_differ_by(self, path, random):
        self.fill(path, random, [30], artifact_sha256="9f8e7d6c" * 8)
        self.fill(path, random, [70], runtime="ai-edge-litert 2.2.0")
        self.fill(path, random, [90], marks=["throttled: the system held its clocks down after the measurement"])
        self.fill(path, random, [50])

        assert compared(path, measurement(noisy(55, random)), "main").visits == [4]

    def test_the_newest_ten_count(self, path, random):
        self.fill(path, random, [50] * 12)

        assert compared(path, measurement(noisy(50, random)), "main").visits == list(range(12, 2, -1))

    def test_last_and_a_number_are_one_visit(self, path, random):
        self.fill(path, random, [50, 53, 48])

        assert compared(path, measurement(noisy(48, random)), "last").visits == [3]
        assert compared(path, measurement(noisy(53, random)), "2").visits == [2]


class TestReference:
    def test_last_and_a_label_are_visits_to_the_same_device(self, path):
        append(path, visit("main"), [])
        append(path, visit("main", on=device("b2")), [])

        assert load_reference(path, "last", device()).visits[0].visit.number == 1
        assert load_reference(path, "main", device("b2")).visits[0].visit.number == 2

    @pytest.mark.parametrize("name", ["last", "main", "1"])
    def test_without_a_history(self, path, name):
        with pytest.raises(InputError, match="no visit to compare with yet; run 'bench' once without --compare"):
            load_reference(path, name, device())

    def test_an_unknown_number(self, path):
        append(path, visit(), [])

        with pytest.raises(InputError, match="no visit 7, the newest is 1; see 'bench --history'"):
            load_reference(path, "7", device())

    def test_an_unknown_label(self, path):
        append(path, visit("main"), [])
        append(path, visit("0.2"), [])

        with pytest.raises(InputError, match=r"no visit 'mian': name last, a number, or a label \(it has 0.2, main\)"):
            load_reference(path, "mian", device())

    def test_a_device_that_was_never_visited(self, path):
        append(path, visit("main"), [])

        with pytest.raises(InputError, match=r"no visit 'last' to this device .*; run 'bench' on it once without"):
            load_reference(path, "last", device("b2"))
