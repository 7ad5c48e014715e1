"""Which files of a folder hold the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge.checkpoint.json_file import read_json_object, shown
from edge.errors import InputError

# In order of preference: safetensors can be checked before anything is read, and runs no code.
SINGLE_FILES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)


@dataclass(frozen=True)
class WeightFiles:
    """The files with the weights.

    Attributes
    ----------
    main
        The file to name in messages: the only one, or the index of the shards.
    shards
        The files with tensors, each once.
    tensors
        File of each tensor, as an index says; None for a single file.
    """

    main: Path
    shards: tuple[Path, ...]
    tensors: dict[str, Path] | None

    @property
    def read(self) -> tuple[Path, ...]:
        """All files: `main` and `shards`."""
        return tuple(dict.fromkeys((self.main, *self.shards)))


def find_weight_files(directory: Path) -> WeightFiles:
    """Return the weight files of `directory`.

    Raises
    ------
    InputError
        If there are none, the index is malformed or names a file outside `directory`, or a shard is missing.
    """
    for name in SINGLE_FILES:
        path = directory / name
        if path.is_file():
            return _sharded(path) if path.suffix == ".json" else WeightFiles(path, (path,), None)
    raise InputError(f"{directory}: neither model.safetensors nor pytorch_model.bin; copy the model's weights there")


def _sharded(index: Path) -> WeightFiles:
    index_file = read_json_object(index)
    weight_map = index_file.fields.get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise InputError(f"{index}: no 'weight_map' of tensors to files; copy or save the weights again")
    tensors = {tensor: _shard(index, name) for tensor, name in weight_map.items()}
    return WeightFiles(index, tuple(sorted(set(tensors.values()))), tensors)


def _shard(index: Path, name: object) -> Path:
    extension = Path(index.name.removesuffix(".index.json")).suffix
    if not isinstance(name, str) or "/" in name or "\\" in name or not name.endswith(extension):
        raise InputError(
            f"{index}: {shown(name)} is not the name of a {extension} file beside it; copy the index again"
        )
    path = index.parent / name
    if not path.is_file():
        raise InputError(f"{index}: its file {shown(name)} is missing; copy all files of the model")
    return path
