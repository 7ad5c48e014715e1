"""Tensors in weight files: their shapes first, their values when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from edge.checkpoint.json_file import shown
from edge.checkpoint.weight_files import WeightFiles
from edge.errors import InputError, MissingPackageError

if TYPE_CHECKING:
    import torch

SAFETENSORS_TYPES = {"F16": "float16", "BF16": "bfloat16", "F32": "float32"}
FLOAT_TYPES = tuple(SAFETENSORS_TYPES.values())
COPY_AGAIN = "copy or download the file again"


@dataclass(frozen=True, eq=False)
class StoredTensor:
    """A tensor in a file.

    Attributes
    ----------
    name
        Its name in `file`.
    type
        Its type of number; `FLOAT_TYPES` are the supported ones.
    read
        Returns its values, as stored.
    """

    name: str
    file: Path
    shape: tuple[int, ...]
    type: str
    read: Callable[[], torch.Tensor]


def open_weights(files: WeightFiles) -> dict[str, StoredTensor]:
    """Return the tensors of `files` by name. Of safetensors files only the headers are read.

    Raises
    ------
    InputError
        If a file is damaged, is of another kind or holds anything but tensors, or the index does not fit the shards.
    MissingPackageError
        If torch or safetensors is not installed.
    """
    for package in ("torch", "safetensors"):
        if find_spec(package) is None:
            raise MissingPackageError(
                f"reading weights needs {package}; run: python -m pip install 'squeezebert-edge[build]'"
            )
    tensors: dict[str, StoredTensor] = {}
    for shard in files.shards:
        held = _open_safetensors(shard) if shard.suffix == ".safetensors" else _open_torch_file(shard)
        if files.tensors is None:
            return held
        for name in (name for name, file in files.tensors.items() if file == shard):
            if name not in held:
                raise InputError(
                    f"{shard}: no tensor {shown(name)}, which {files.main.name} places there; copy both again"
                )
            tensors[name] = held[name]
    return tensors


def _open_safetensors(path: Path) -> dict[str, StoredTensor]:
    import safetensors

    try:
        with safetensors.safe_open(path, framework="pt") as file:
            names = file.keys()
            slices = {name: file.get_slice(name) for name in names}
            return {
                name: StoredTensor(
                    name,
                    path,
                    tuple(part.get_shape()),
                    SAFETENSORS_TYPES.get(part.get_dtype(), part.get_dtype()),
                    partial(_read_safetensors, path, name),
                )
                for name, part in slices.items()
            }
    # The parser's errors, and those of mapping an empty file, are of many types.
    except Exception:
        raise InputError(f"{path}: not a complete safetensors file; {COPY_AGAIN}") from None


def _read_safetensors(path: Path, name: str) -> torch.Tensor:
    import safetensors

    try:
        with safetensors.safe_open(path, framework="pt") as file:
            tensor: torch.Tensor = file.get_tensor(name)
            return tensor
    except Exception:
        raise InputError(f"{path}: tensor {shown(name)} cannot be read; {COPY_AGAIN}") from None


def _open_torch_file(path: Path) -> dict[str, StoredTensor]:
    import pickle

    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # torch has no error of its own for a pickle that names a function.
        if "GLOBAL " in str(error):
            raise InputError(
                f"{path}: holds more than tensors and loading it could run code; save the model as safetensors"
            ) from None
        raise InputError(f"{path}: not a complete PyTorch file; {COPY_AGAIN}") from None
    # Damaged pickles fail with whatever error their bytes lead to.
    except Exception:
        raise InputError(f"{path}: not a complete PyTorch file; {COPY_AGAIN}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds no tensors by name; save the model again with save_pretrained")
    tensors = {}
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor) or value.layout != torch.strided:
            raise InputError(f"{path}: {shown(name)} is not a dense tensor; save the model again with save_pretrained")
        tensors[name] = StoredTensor(
            name, path, tuple(value.shape), str(value.dtype).removeprefix("torch."), value.detach
        )
    return tensors
