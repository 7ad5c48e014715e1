"""Labels in data, as the model knows them."""

from collections.abc import Sequence

from edge.errors import InputError
from edge.samples import Sample, shown

# In a message.
_SHOWN_LABELS = 5


def find_label(label: str | int, labels: Sequence[str], place: str) -> int:
    """Return the index of `label` in the model's labels.

    A name is looked up as it is, then without regard to case if that is unique; digits that are no name are an index.

    Raises
    ------
    InputError
        If the model has no such label; the message begins with `place`.
    """
    if isinstance(label, str):
        if label in labels:
            return labels.index(label)
        alike = [index for index, name in enumerate(labels) if name.casefold() == label.casefold()]
        if len(alike) == 1:
            return alike[0]
        if not (label.isascii() and label.isdigit() and len(label) < 10):
            raise InputError(f"{place}: the model has no label {shown(label)}; it has {_shown(labels)}")
    index = int(label)
    if not 0 <= index < len(labels):
        raise InputError(f"{place}: the model has no label {index}; it has 0 to {len(labels) - 1}: {_shown(labels)}")
    return index


def check_labels(samples: Sequence[Sample], labels: Sequence[str]) -> None:
    """Raise InputError unless every label and tag of `samples` is one of the model's `labels`."""
    for sample in samples:
        for label in (*(() if sample.label is None else (sample.label,)), *(sample.tags or ())):
            find_label(label, labels, sample.place)


def _shown(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:_SHOWN_LABELS])
    return shown if len(labels) <= _SHOWN_LABELS else f"{shown} and {len(labels) - _SHOWN_LABELS} more"
