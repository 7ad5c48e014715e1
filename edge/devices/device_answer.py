"""The answer of a device's program, read as strictly as it was agreed."""

from pydantic import ValidationError

import edge.errors
from edge.devices.work import WORK_VERSION, Answer, WorkRequest, WorkResult
from edge.errors import DeviceError, EdgeError
from edge.typed_documents import first_problem


def read_answer(name: str, title: str, repair: str, request: WorkRequest, text: str) -> WorkResult:
    """Return the result in the answer to `request`.

    Parameters
    ----------
    name
        The device's, for messages.
    title
        The program's, for messages.
    repair
        What to do if it speaks another version of the contract.

    Raises
    ------
    EdgeError
        What the answer says; DeviceError if it is none, or one to something else.
    """
    try:
        answer = Answer.model_validate_json(text)
    except ValidationError as error:
        raise DeviceError(f"{name}: the answer of {title} is not of {other_version(error)}: {repair}") from error
    if answer.error is not None:
        kind = getattr(edge.errors, answer.error.type, None)
        if isinstance(kind, type) and issubclass(kind, EdgeError):
            raise kind(f"{name}: {answer.error.message}")
        raise DeviceError(f"{name}: {answer.error.type}: {answer.error.message}")
    result = answer.result
    if result is None or (result.artifact, result.sequence_length) != (request.artifact, request.sequence_length):
        raise DeviceError(f"{name}: {title} answered nothing about {request.artifact}: {repair}")
    return result


def other_version(error: ValidationError) -> str:
    """Say which version a document is not of, and where that shows."""
    place, problem = first_problem(error)
    return f"version {WORK_VERSION} of this program's ({place or 'the whole'}: {problem})"
