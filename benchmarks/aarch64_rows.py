"""The counts that ``python -m benchmarks.aarch64 ARTIFACT... --json WORK/aarch64.json`` leaves in the work folder."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.document import ContestantRecord, InstructionRow
from edge.errors import InputError

FILE = "aarch64.json"


class _Row(BaseModel):
    """What is read of a row; the file says more, which is for other readers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    artifact: str
    instructions: int


class _Counts(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    rows: list[_Row]


def read_instructions(work: Path, contestants: Sequence[ContestantRecord]) -> list[InstructionRow]:
    """Return the counts of the contestants' files out of aarch64.json in `work`; none, if nobody counted.

    A row belongs to the contestant whose file its ``artifact`` names. Counts of other files are left out, and so are
    those that are older than the file.

    Raises
    ------
    InputError
        If aarch64.json is damaged.
    """
    path = work / FILE
    if not path.is_file():
        return []
    try:
        rows = _Counts.model_validate_json(path.read_text(encoding="utf-8")).rows
    except (ValidationError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: damaged; run python -m benchmarks.aarch64 again, or delete it") from error
    counted = path.stat().st_mtime
    found = []
    for row in rows:
        for record in contestants:
            if record.file is not None and Path(row.artifact).as_posix().endswith(record.file):
                file = work / record.file
                if file.exists() and file.stat().st_mtime <= counted:
                    found.append(
                        InstructionRow(
                            name=record.name, sequence_length=record.sequence_length, instructions=row.instructions
                        )
                    )
    return found
