"""Whether artifacts became slower since a visit of the history.

Compared are measurements of the same artifact at the same length, on the same device, with as many threads on the same
cores. What differs beside, and what a measurement is marked with, is said. The test is `edge.history.rank_test`'s.

What it cannot see: within one visit every run has the same process, and with it the same place in memory and often the
same clock. Two visits differ by more than their runs show, on a shared machine by more than the tolerance. Where the
reference is a label of at least three visits, what these differ by among themselves is the least that counts; with
fewer, and with a number or ``last``, only the tolerance stands against it. A change so slow that it lasts longer than a
visit, such as the room's temperature, looks like one of the artifact. Each artifact is tested by itself: of a hundred
whose noise alone differs, the level of 0.01 lets one pass, unless the tolerance stops it.
"""

from collections.abc import Sequence
from enum import StrEnum

from edge.artifact import Strict
from edge.devices.information import DeviceInformation
from edge.devices.stability import short_marks
from edge.history.document import Measurement, StoredMeasurement
from edge.history.rank_test import RANK_TEST, Difference, RankTest, find_difference, is_long_enough, seconds
from edge.history.reference import PastVisit, Reference

_SHORT_SHA256 = 8


class Verdict(StrEnum):
    """What a comparison says of one artifact."""

    faster = "faster"
    slower = "slower"
    no_difference = "no difference shown"
    not_comparable = "not comparable"
    too_few_runs = "too few runs"


class ArtifactComparison(Strict):
    """One artifact beside the reference.

    Attributes
    ----------
    reason
        Why the verdict, in one line.
    visits
        Numbers of the visits that it was compared with, newest first; empty if it was not.
    reference_ms, measured_ms, ratio, p_value, tolerance
        As in `edge.history.rank_test.Difference`; None if nothing was compared.
    differences
        What differs beside the time, and marks, a line for each.
    """

    artifact: str
    sequence_length: int
    threads: int
    cores: list[int]
    verdict: Verdict
    reason: str
    visits: list[int]
    reference_ms: float | None = None
    measured_ms: float | None = None
    ratio: float | None = None
    p_value: float | None = None
    tolerance: float | None = None
    differences: list[str]


class Comparison(Strict):
    """What ``bench --compare`` says.

    Attributes
    ----------
    reference
        As the user wrote it.
    visit
        Number of the visit that it means; of a label, the newest.
    level
        Of the test.
    """

    reference: str
    visit: int
    level: float
    artifacts: list[ArtifactComparison]

    @property
    def regressed(self) -> list[ArtifactComparison]:
        """Those that became slower."""
        return [each for each in self.artifacts if each.verdict == Verdict.slower]


def compare(
    device: DeviceInformation, measured: Sequence[Measurement], reference: Reference, test: RankTest = RANK_TEST
) -> Comparison:
    """Compare what was measured on `device` with an earlier visit."""
    return Comparison(
        reference=reference.name,
        visit=reference.visits[0].visit.number,
        level=test.level,
        artifacts=[_compare(device, each, reference, test) for each in measured],
    )


def _compare(
    device: DeviceInformation, measured: Measurement, reference: Reference, test: RankTest
) -> ArtifactComparison:
    newest = reference.visits[0]
    earlier = _counterpart(device, measured, newest)
    if isinstance(earlier, str):
        return _result(measured, Verdict.not_comparable, earlier, [])
    differences = _differences(device, measured, newest, earlier)
    for name, each in ((f"visit {earlier.visit}", earlier), ("this visit", measured)):
        if not is_long_enough(each.timing.latencies_ms, test):
            return _result(measured, Verdict.too_few_runs, _describe_short(name, each, test), differences)
    used = [earlier, *_repetitions(device, measured, reference, earlier, test)]
    found = find_difference([each.timing.latencies_ms for each in used], measured.timing.latencies_ms, test)
    verdict = _judge(found, test)
    visits = [each.visit for each in used]
    return _result(measured, verdict, _describe(found, verdict, visits, test), differences, visits, found)


def _counterpart(device: DeviceInformation, measured: Measurement, past: PastVisit) -> StoredMeasurement | str:
    """Return the visit's measurement of the same, or why there is none."""
    place = f"visit {past.visit.number}"
    if past.visit.device.identity != device.identity:
        return f"{place} was to another device: {past.visit.device.name}, {past.visit.device.model}"
    same = [
        each
        for each in past.measurements
        if (each.artifact, each.sequence_length) == (measured.artifact, measured.sequence_length)
    ]
    if not same:
        return f"{place} did not measure {measured.artifact} at {measured.sequence_length}"
    for each in reversed(same):
        if _setting(each) == _setting(measured):
            return each
    return f"{place} measured it with {_setting(same[-1])}, this visit with {_setting(measured)}"


def _setting(measurement: Measurement) -> str:
    """Return what the user chose for a measurement, in words."""
    text = f"{measurement.threads} thread{'s' if measurement.threads != 1 else ''}"
    if measurement.cores:
        text += f" on cores {', '.join(map(str, sorted(measurement.cores)))}"
    if measurement.core_ml is not None:
        text += f" and compute units {measurement.core_ml.compute_units.value}"
    return text


def _repetitions(
    device: DeviceInformation, measured: Measurement, reference: Reference, newest: StoredMeasurement, test: RankTest
) -> list[StoredMeasurement]:
    """Return measurements of the same file by the same runtime in the label's other visits, but marked ones."""
    found = [_counterpart(device, measured, past) for past in reference.visits[1:]]
    return [
        each
        for each in found
        if isinstance(each, StoredMeasurement)
        and (each.artifact_sha256, each.runtime) == (newest.artifact_sha256, newest.runtime)
        and not each.marks
        and is_long_enough(each.timing.latencies_ms, test)
    ]


def _judge(found: Difference, test: RankTest) -> Verdict:
    if found.p_value >= test.level:
        return Verdict.no_difference
    if found.ratio > 1 + found.tolerance:
        return Verdict.slower
    return Verdict.faster if found.ratio < 1 / (1 + found.tolerance) else Verdict.no_difference


def _describe(found: Difference, verdict: Verdict, visits: Sequence[int], test: RankTest) -> str:
    """Return the difference in words, and why it counts or not."""
    direction, change = ("slower", found.ratio - 1) if found.ratio >= 1 else ("faster", 1 - found.ratio)
    others = f"visit {visits[0]}" if len(visits) == 1 else f"visits {', '.join(map(str, visits))}"
    text = f"{change:.1%} {direction} than {others}, p = {found.p_value:.2g}"
    limit = f"the tolerance of {found.tolerance:.1%}"
    if found.tolerance > test.tolerance:
        limit += ", which is what these visits differ by"
    if verdict != Verdict.no_difference:
        return f"{text}, beyond {limit}"
    if found.p_value >= test.level:
        return f"{text}: noise alone does that more often than {test.level:.0%} of the time"
    # The fewer visits, the less is known of what they differ by.
    return f"{text}, within {limit}" + ("; more visits narrow it" if found.tolerance > test.tolerance else "")


def _differences(
    device: DeviceInformation, measured: Measurement, past: PastVisit, earlier: StoredMeasurement
) -> list[str]:
    before = past.visit.device
    pairs = {
        "file": (
            f"sha256 {earlier.artifact_sha256[:_SHORT_SHA256]}",
            f"sha256 {measured.artifact_sha256[:_SHORT_SHA256]}",
        ),
        "runtime": (earlier.runtime, measured.runtime),
        "program": (earlier.program, measured.program),
        "system": (before.system, device.system),
        "kernel": (before.kernel, device.kernel),
        "governor": (before.governor, device.governor),
    }
    lines = [
        f"{name} was {old or 'unknown'}, is {new or 'unknown'}" for name, (old, new) in pairs.items() if old != new
    ]
    for name, marked in ((f"visit {earlier.visit}", earlier), ("this visit", measured)):
        if marked.marks:
            lines.append(f"{name} is marked {', '.join(short_marks(marked.marks))}: measure again for a sure verdict")
    return lines


def _describe_short(name: str, measurement: Measurement, test: RankTest) -> str:
    runs = measurement.timing.latencies_ms
    return (
        f"{name} has {len(runs)} runs in {seconds(runs):.1f} s: the test needs {test.runs} and {test.seconds:.0f} s"
        " on both sides (--runs, --seconds)"
    )


def _result(
    measured: Measurement,
    verdict: Verdict,
    reason: str,
    differences: list[str],
    visits: Sequence[int] = (),
    found: Difference | None = None,
) -> ArtifactComparison:
    figures = ("reference_ms", "measured_ms", "ratio", "p_value", "tolerance")
    return ArtifactComparison(
        artifact=measured.artifact,
        sequence_length=measured.sequence_length,
        threads=measured.threads,
        cores=measured.cores,
        verdict=verdict,
        reason=reason,
        visits=list(visits),
        differences=differences,
        **({} if found is None else {name: getattr(found, name) for name in figures}),
    )
