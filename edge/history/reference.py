"""What ``bench --compare`` names: the last visit, a visit's number, or a label."""

from dataclasses import dataclass
from pathlib import Path

from edge.devices.information import DeviceInformation
from edge.errors import InputError
from edge.history.document import StoredMeasurement, StoredVisit
from edge.history.store import LAST, measurements, visits

# Of one label; older ones say less about the device as it is.
NEWEST = 10


@dataclass(frozen=True)
class PastVisit:
    """A visit and what was measured in it."""

    visit: StoredVisit
    measurements: tuple[StoredMeasurement, ...]


@dataclass(frozen=True)
class Reference:
    """What is compared with.

    Attributes
    ----------
    name
        As the user wrote it.
    visits
        Newest first; the first one is the reference, the others of its label say how much visits differ.
    """

    name: str
    visits: tuple[PastVisit, ...]


def load_reference(path: Path, name: str, device: DeviceInformation) -> Reference:
    """Read what `name` means in the history at `path`.

    Parameters
    ----------
    name
        ``last`` for the newest visit to `device`; a visit's number; or a label, which means the visits to `device` that
        have it.

    Raises
    ------
    InputError
        If there is no such visit, or the history cannot be read (`edge.history.store.visits`).
    """
    known = visits(path)
    if not known:
        raise InputError(f"{path}: no visit to compare with yet; run 'bench' once without --compare")
    if name.isdecimal():
        chosen = [visit for visit in known if visit.number == int(name)]
        if not chosen:
            raise InputError(f"{path}: no visit {name}, the newest is {known[-1].number}; see 'bench --history'")
    else:
        named = [visit for visit in known if name in (LAST, visit.label)]
        if not named:
            labels = ", ".join(sorted({visit.label for visit in known if visit.label})) or "none"
            raise InputError(f"{path}: no visit '{name}': name {LAST}, a number, or a label (it has {labels})")
        chosen = [visit for visit in named if visit.device.identity == device.identity]
        if not chosen:
            raise InputError(
                f"{path}: no visit '{name}' to this device ({device.model}), only to {named[-1].device.model}; run"
                " 'bench' on it once without --compare"
            )
    newest = chosen[-1:] if name == LAST else chosen[-NEWEST:]
    return Reference(
        name, tuple(PastVisit(visit, tuple(measurements(path, visit.number))) for visit in reversed(newest))
    )
