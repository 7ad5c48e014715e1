"""The same call for every format: what is inside of an artifact."""

from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from edge.artifact import Delegation
from edge.checksums import size
from edge.errors import InputError, MissingPackageError
from edge.inspection.contents import Constant, Contents
from edge.inspection.document import Inspection, LayerSize, OperatorCount
from edge.inspection.layer_names import layer_order

# One line a format: the suffix of its artifacts. The module edge.inspection.<format> reads them.
FORMATS_BY_SUFFIX: dict[str, str] = {
    ".pte": "executorch",
    ".mlpackage": "coreml",
    ".tflite": "tflite",
    ".onnx": "onnx",
}


def inspect_artifact(path: Path) -> Inspection:
    """Look into the artifact at `path`.

    Raises
    ------
    InputError
        If it is missing, damaged or of no known format.
    MissingPackageError
        If the package that reads the format is not installed.
    """
    if path.suffix not in FORMATS_BY_SUFFIX:
        known = ", ".join(FORMATS_BY_SUFFIX)
        raise InputError(f"{path}: '{path.suffix}' is no artifact's suffix; inspect a bundle folder or one of {known}")
    if not path.exists():
        raise InputError(f"{path}: no such artifact")
    format_name = FORMATS_BY_SUFFIX[path.suffix]
    reader = import_module(f"edge.inspection.{format_name}")
    reason: str | None = reader.why_unavailable()
    if reason is not None:
        raise MissingPackageError(reason)
    contents: Contents = reader.read(path)
    return Inspection(
        file=str(path),
        format=format_name,
        bytes=size(path),
        operators=_operator_counts(contents),
        delegation=Delegation(delegated_ops=contents.delegated.total(), other_ops=contents.other.total()),
        layers=_layer_sizes(contents.constants),
        neural_engine=contents.neural_engine,
        metadata=dict(contents.metadata),
    )


def _operator_counts(contents: Contents) -> list[OperatorCount]:
    counts = [
        OperatorCount(name=name, count=count, delegated=delegated)
        for delegated, operators in ((True, contents.delegated), (False, contents.other))
        for name, count in operators.items()
    ]
    return sorted(counts, key=lambda operator: (-operator.count, operator.name))


def _layer_sizes(constants: Iterable[Constant]) -> list[LayerSize]:
    sizes: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for constant in constants:
        sizes[constant.layer][constant.dtype] += constant.bytes
    return [
        LayerSize(layer=layer, bytes=sum(sizes[layer].values()), dtypes=dict(sorted(sizes[layer].items())))
        for layer in sorted(sizes, key=layer_order)
    ]
