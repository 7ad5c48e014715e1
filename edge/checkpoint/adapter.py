"""Folders that peft wrote: an adapter is not a whole model."""

from __future__ import annotations

from pathlib import Path

from edge.checkpoint.weight_files import SINGLE_FILES
from edge.errors import InputError

ADAPTER_CONFIG = "adapter_config.json"


def refuse_adapter(directory: Path) -> None:
    """Raise InputError if `directory` holds an adapter of peft, alone or beside a model.

    Beside a model it is refused too: transformers adds it to the model where peft is installed, and nowhere else.
    """
    if not (directory / ADAPTER_CONFIG).is_file():
        return
    if any((directory / name).is_file() for name in SINGLE_FILES):
        raise InputError(
            f"{directory}: an adapter of peft lies beside the model's weights; if it is merged into them, remove "
            f"{ADAPTER_CONFIG} and adapter_model.safetensors, else merge it and save the model to another folder"
        )
    raise InputError(
        f"{directory}: an adapter of peft, not a whole model; merge it with PeftModel.from_pretrained(base_model, "
        f"{directory.name!r}).merge_and_unload().save_pretrained('merged'), save the tokenizer too, and build that"
    )
