"""Which artifacts of a bundle this host runs right."""

from collections.abc import Sequence

from edge.errors import MissingPackageError
from edge.manifest import ArtifactInfo
from edge.runtimes.runtime import why_unavailable


def select_runnable(artifacts: Sequence[ArtifactInfo], asked_for: bool) -> tuple[list[ArtifactInfo], dict[str, str]]:
    """Return the artifacts that this host runs right, and why it does not run each other, by id.

    Parameters
    ----------
    asked_for
        Whether a user named these artifacts, so that none may be left out.

    Raises
    ------
    MissingPackageError
        If one that was asked for cannot run, or none can.
    """
    reasons = {artifact.id: why_unavailable(artifact.format, artifact.minimum_runtime) for artifact in artifacts}
    runnable = [artifact for artifact in artifacts if reasons[artifact.id] is None]
    refused = {name: reason for name, reason in reasons.items() if reason is not None}
    if refused and (asked_for or not runnable):
        raise MissingPackageError("; ".join(dict.fromkeys(refused.values())))
    return runnable, refused
