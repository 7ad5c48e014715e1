"""Names of a classifier's labels."""

from __future__ import annotations

from edge.checkpoint.json_file import JsonObject, shown
from edge.errors import InputError


def read_labels(config_file: JsonObject, count: int) -> tuple[str, ...]:
    """Return the label names by index, for a classifier with `count` rows.

    Without ``id2label`` the names are ``LABEL_0``, ``LABEL_1``, ... as in transformers.

    Raises
    ------
    InputError
        If ``id2label`` or ``num_labels`` does not fit the classifier, or is malformed.
    """
    named = config_file.fields.get("id2label")
    labels = tuple(f"LABEL_{index}" for index in range(count)) if named is None else _names(config_file, named)
    for field, configured in (("id2label", len(labels)), ("num_labels", _num_labels(config_file, count))):
        if configured != count:
            raise InputError(
                f"{config_file.path}: {field} has {configured} labels but the classifier has {count} rows; correct it"
            )
    return labels


def _num_labels(config_file: JsonObject, default: int) -> int:
    return default if config_file.fields.get("num_labels") is None else config_file.integer("num_labels", None)


def _names(config_file: JsonObject, named: object) -> tuple[str, ...]:
    if not isinstance(named, dict) or not all(isinstance(label, str) for label in named.values()):
        raise config_file.wrong("id2label", "an object of label names by index")
    # Exact spelling: int() would also take " 1", "1_0" and other scripts' digits.
    missing = next((index for index in range(len(named)) if str(index) not in named), None)
    if missing is not None:
        raise InputError(
            f"{config_file.path}: id2label has no index {missing} among {shown(sorted(named))}; number its "
            f"{len(named)} labels from 0 to {len(named) - 1}"
        )
    return tuple(named[str(index)] for index in range(len(named)))
