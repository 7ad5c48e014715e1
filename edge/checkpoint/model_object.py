"""A trained model in memory, saved to a temporary folder that is read as any checkpoint is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.checkpoint.config_file import MODEL_TYPES
from edge.errors import EdgeError, InputError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import Pipeline, PreTrainedModel, PreTrainedTokenizerBase

    ModelObject = PreTrainedModel | Pipeline | SentenceTransformer


@contextmanager
def checkpoint_source(
    model: str | Path | ModelObject, tokenizer: PreTrainedTokenizerBase | None = None
) -> Iterator[str | Path]:
    """Give what `load_checkpoint` reads `model` from: a folder or Hub id as it is, an object's files while this lasts.

    The files are those that ``save_pretrained`` of the model and of its tokenizer writes, so `source_sha256` is that of
    such a folder with a tokenizer that has not been used. Its name is that of the folder or Hub id that the model came
    from, or of its class. Errors name the object, not the temporary folder.

    Parameters
    ----------
    model
        Folder, Hub id, transformers model, or what has its tokenizer: a transformers pipeline, a SentenceTransformer.
    tokenizer
        transformers' tokenizer of a transformers model, for nothing else.

    Raises
    ------
    InputError
        If `model` is something else, its adapter is not merged, or a tokenizer is missing or too much.
    """
    if isinstance(model, str | Path):
        if tokenizer is not None:
            raise InputError(f"{model}: a folder or Hub id brings its tokenizer; leave tokenizer out")
        yield model
        return
    words = f"{type(model).__name__} object"
    network, save = _network_and_saving(model, tokenizer, words)
    _check_network(network, words)
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as temporary:
        folder = Path(temporary).resolve() / _name(network)
        try:
            with _without_progress_bars():
                save(folder)
            _forget_use(folder)
        except Exception as error:  # whatever transformers raises, a full disk too
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(f"{words}: cannot be saved ({reason}); load it as an ordinary model first") from error
        try:
            yield folder
        except EdgeError as error:
            raise type(error)(str(error).replace(str(folder), words)) from error


def _network_and_saving(
    model: Any, tokenizer: PreTrainedTokenizerBase | None, words: str
) -> tuple[Any, Callable[[Path], None]]:
    """Return the transformers model in `model`, and what writes the files of both to a new folder."""
    if _is_a(model, "peft", "PeftModel", "PeftMixedModel"):
        raise InputError(f"{words}: its adapter stands beside the model; pass what its merge_and_unload() returns")
    if _is_a(model, "transformers", "PreTrainedModel"):
        if tokenizer is None:
            raise InputError(
                f"{words}: its tokenizer is missing; pass it too: edge.build(model, out, tokenizer=tokenizer)"
            )
        if not _is_a(tokenizer, "transformers", "PreTrainedTokenizerBase"):
            raise InputError(
                f"{type(tokenizer).__name__} object: not a tokenizer of transformers; pass the model's own"
            )
        return model, lambda folder: _save(model, tokenizer, folder)
    if tokenizer is not None:
        raise InputError(f"{words}: tokenizer is for a transformers model; leave it out")
    if _is_a(model, "transformers", "Pipeline"):
        if model.tokenizer is None:
            raise InputError(f"{words}: has no tokenizer; pass its model, and tokenizer=tokenizer")
        return model.model, lambda folder: _save(model.model, model.tokenizer, folder)
    if _is_a(model, "sentence_transformers", "SentenceTransformer"):
        networks = [module for module in model.modules() if _is_a(module, "transformers", "PreTrainedModel")]
        if not networks:
            raise InputError(f"{words}: holds no transformers model; pass one of Transformer, Pooling and Normalize")
        return networks[0], lambda folder: model.save_pretrained(str(folder))
    raise InputError(
        f"{words}: cannot be built; pass a folder, a Hub id, a transformers model and its tokenizer, a pipeline, "
        "or a SentenceTransformer"
    )


def _check_network(network: Any, words: str) -> None:
    """Refuse what would be saved for nothing, or saved as something else than what it computes."""
    model_type = getattr(network.config, "model_type", None)
    if model_type not in MODEL_TYPES:
        raise InputError(
            f"{words}: model_type {model_type!r} is not supported; pass a {' or '.join(MODEL_TYPES)} model"
        )
    # get_peft_model changes the model that it is given, and add_adapter does too.
    if any(type(module).__module__.partition(".")[0] == "peft" for module in network.modules()):
        raise InputError(f"{words}: has adapter layers of peft; merge them first with PeftModel's merge_and_unload()")
    if any(parameter.is_meta for parameter in network.parameters()):
        raise InputError(f"{words}: its weights are on the device 'meta', so there are none; load the model on the CPU")


def _save(network: Any, tokenizer: Any, folder: Path) -> None:
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _is_a(value: object, package: str, *names: str) -> bool:
    """Return whether `value` is of a class of `package`, which is imported if so and need not be installed."""
    return any(kind.__name__ in names and kind.__module__.partition(".")[0] == package for kind in type(value).__mro__)


def _forget_use(folder: Path) -> None:
    """Write tokenizers as new ones: they keep how they last cut and padded texts, which is no part of the model."""
    from tokenizers import Tokenizer

    for path in folder.rglob("tokenizer.json"):
        tokenizer = Tokenizer.from_file(str(path))
        if tokenizer.truncation is not None or tokenizer.padding is not None:
            tokenizer.no_truncation()
            tokenizer.no_padding()
            tokenizer.save(str(path))


def _name(network: Any) -> str:
    """Return the last part of the path or Hub id that `network` was loaded from, or its class."""
    place = getattr(network, "name_or_path", "") or ""
    return (place and os.path.basename(os.path.abspath(place))) or type(network).__name__


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
