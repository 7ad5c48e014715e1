"""What a visit to a device brings home: the same document for every kind of device."""

from collections.abc import Mapping, Sequence

from edge.artifact import Strict
from edge.benchmark import Benchmark
from edge.devices.information import DeviceInformation
from edge.gates import Gate
from edge.verify import VerifiedArtifact


class VisitRow(Benchmark):
    """One artifact at one length: how fast it was, and that it computes what the checkpoint does.

    Attributes
    ----------
    program, runtime
        Name and version of the device's program and of what computed.
    parity
        Against the fp32 checkpoint, on the golden vectors, from the device's own outputs (`edge.parity`).
    """

    program: str
    runtime: str
    parity: dict[str, float]
    gates: list[Gate]
    problems: list[str]
    passed: bool


class LeftOut(Strict):
    """An artifact that the device does not run, and why."""

    artifact: str
    reason: str


class VisitDocument(Strict):
    """``squeezebert-edge bench --json``.

    Attributes
    ----------
    passed
        Whether every artifact computes on the device what the checkpoint computes.
    """

    device: DeviceInformation
    passed: bool
    results: list[VisitRow]
    skipped: list[LeftOut]


def make_visit_document(
    information: DeviceInformation, results: Sequence[VerifiedArtifact], skipped: Mapping[str, str]
) -> VisitDocument:
    """Put together what a visit measured.

    Parameters
    ----------
    results
        All measured.
    skipped
        Why each other artifact was left out, by id.
    """
    rows = []
    for result in results:
        assert result.benchmark is not None
        rows.append(
            VisitRow(
                **dict(result.benchmark),
                program=result.runs[-1].program,
                runtime=result.runtime,
                parity=result.artifact.parity,
                gates=list(result.gates),
                problems=list(result.problems),
                passed=result.passed,
            )
        )
    return VisitDocument(
        device=information,
        passed=all(result.passed for result in results),
        results=rows,
        skipped=[LeftOut(artifact=name, reason=reason) for name, reason in skipped.items()],
    )
