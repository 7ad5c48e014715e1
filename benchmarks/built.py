"""What a route hands over: a file that can be timed, and what is known of it."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TensorShape:
    """Name, dtype (as numpy names it) and shape of one input or output."""

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Built:
    """One contestant at one length.

    Attributes
    ----------
    loader
        Key of `benchmarks.loading.LOADERS`.
    file
        What is loaded: a file, or a checkpoint folder for PyTorch.
    inputs, outputs
        In the file's order. Inputs named as the product names them get a real text, others random numbers.
    parity
        Against the fp32 reference, as `edge.parity.measure_parity` returns it; None where it is not measured yet, or
        where there is no reference.
    operators
        Operators of the file by name, with how many of them no accelerated backend runs: ``{"CONV": [12, 3]}``; empty
        where the file is not read.
    """

    loader: str
    file: Path
    inputs: tuple[TensorShape, ...]
    outputs: tuple[TensorShape, ...]
    parity: dict[str, float] | None = None
    operators: dict[str, tuple[int, int]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-serializable document."""
        return {**asdict(self), "file": str(self.file)}


def read_built(document: dict[str, Any]) -> Built:
    """Return what `Built.as_dict` wrote."""
    return Built(
        loader=document["loader"],
        file=Path(document["file"]),
        inputs=_shapes(document["inputs"]),
        outputs=_shapes(document["outputs"]),
        parity=document["parity"],
        operators={name: (int(all_of), int(outside)) for name, (all_of, outside) in document["operators"].items()},
    )


def _shapes(documents: list[dict[str, Any]]) -> tuple[TensorShape, ...]:
    return tuple(TensorShape(entry["name"], entry["dtype"], tuple(entry["shape"])) for entry in documents)


def operators_of(path: Path) -> dict[str, tuple[int, int]]:
    """Return the operators of the artifact at `path`, for `Built.operators`."""
    from edge.inspection import inspect_artifact

    counts: dict[str, tuple[int, int]] = {}
    for operator in inspect_artifact(path).operators:
        every, outside = counts.get(operator.name, (0, 0))
        counts[operator.name] = (every + operator.count, outside + (0 if operator.delegated else operator.count))
    return dict(sorted(counts.items()))
