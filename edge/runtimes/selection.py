"""Which artifacts of a bundle a device runs right."""

from collections.abc import Callable, Sequence

from edge.errors import MissingPackageError
from edge.manifest import ArtifactInfo
from edge.runtimes import coreml
from edge.runtimes.runtime import why_unavailable


def why_not_here(artifact: ArtifactInfo) -> str | None:
    """Return None if this host runs `artifact` right, else why not and what to do."""
    return why_unavailable(artifact.format, artifact.minimum_runtime)


def select_runnable(
    artifacts: Sequence[ArtifactInfo], asked_for: bool, why_not: Callable[[ArtifactInfo], str | None] = why_not_here
) -> tuple[list[ArtifactInfo], dict[str, str]]:
    """Return the artifacts that a device runs right, and why it does not run each other, by id.

    Parameters
    ----------
    why_not
        Gives None for what it runs right, else the reason.
    asked_for
        Whether a user named these artifacts, so that none may be left out.

    Raises
    ------
    MissingPackageError
        If one that was asked for cannot run, or none can.
    """
    reasons = {artifact.id: why_not(artifact) for artifact in artifacts}
    runnable = [artifact for artifact in artifacts if reasons[artifact.id] is None]
    refused = {name: reason for name, reason in reasons.items() if reason is not None}
    if refused and (asked_for or not runnable):
        raise MissingPackageError("; ".join(dict.fromkeys(refused.values())))
    return runnable, refused


def select_timed(artifacts: Sequence[ArtifactInfo]) -> tuple[list[ArtifactInfo], dict[str, str]]:
    """Return the artifacts whose time on this host says something, and why that of each other does not, by id."""
    reason = "off macOS a Core ML package is evaluated in numpy, which says nothing about a device"
    evaluated = [] if coreml.on_macos() else [each for each in artifacts if "coreml" in (each.format, each.backend)]
    timed = [artifact for artifact in artifacts if artifact not in evaluated]
    return timed, {artifact.id: reason for artifact in evaluated}
