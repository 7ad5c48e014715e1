"""What a sentence-transformers folder adds to an encoder: pooling, normalisation and a shorter length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from edge.checkpoint.json_file import JsonObject, read_json, read_json_object, shown
from edge.checkpoint.model_config import ModelConfig
from edge.checkpoint.pooling import Pooling
from edge.errors import InputError

SEQUENCES = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
POOLING_MODES = {"cls": "cls", "max": "max", "mean": "mean", "mean_sqrt_len_tokens": "mean_sqrt_len"}
# Flags of older folders, in the order in which sentence-transformers concatenates.
POOLING_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
DIMENSION_FIELDS = ("embedding_dimension", "word_embedding_dimension")
# The file with the prompts; it lies beside modules.json.
MODEL_DESCRIPTION = "config_sentence_transformers.json"


@dataclass(frozen=True)
class Module:
    """One step of a sentence-transformers model: its class, and the folder of its files."""

    kind: str
    directory: Path


@dataclass(frozen=True)
class SentenceEncoder:
    """What the folder adds, and the files that say so. `max_length` is in tokens, None where unlimited."""

    pooling: Pooling
    max_length: int | None
    files: tuple[Path, ...]


def read_modules(root: Path) -> tuple[Module, ...]:
    """Return the steps that ``modules.json`` in `root` lists; none if there is no such file.

    Raises
    ------
    InputError
        If the file is malformed or names a folder outside `root`.
    """
    path = root / "modules.json"
    if not path.is_file():
        return ()
    content = read_json(path)
    if not isinstance(content, list) or not content or not all(isinstance(module, dict) for module in content):
        raise InputError(f"{path}: holds {shown(content)}, not a list of modules; copy or save the file again")
    return tuple(_module(root, JsonObject(path, module)) for module in content)


def encoder_directory(root: Path, modules: tuple[Module, ...]) -> Path:
    """Return the folder of config.json and weights: the Transformer module's, or `root`."""
    return next((module.directory for module in modules if module.kind == "Transformer"), root)


def read_sentence_encoder(root: Path, modules: tuple[Module, ...], config: ModelConfig) -> SentenceEncoder:
    """Return how the non-empty `modules` make one embedding of the token vectors.

    Raises
    ------
    InputError
        If the modules or the pooling are not supported, or a file is missing or malformed.
    """
    kinds = [module.kind for module in modules]
    if kinds not in SEQUENCES:
        raise InputError(
            f"{root / 'modules.json'}: modules {', '.join(map(shown, kinds))} are not supported; "
            "pass a model of Transformer, Pooling and optionally Normalize"
        )
    pooling_file = read_json_object(modules[1].directory / "config.json")
    for field in DIMENSION_FIELDS:
        if field in pooling_file.fields and pooling_file.integer(field, None) != config.hidden_size:
            raise InputError(
                f"{pooling_file.path}: {field} {pooling_file.integer(field, None)} differs from hidden_size "
                f"{config.hidden_size} in config.json; copy the folder of one model again"
            )
    _check_prompt(root)
    limit, limit_files = _length_limit(modules[0].directory)
    pooling = Pooling(_pooling_modes(pooling_file), normalize="Normalize" in kinds)
    return SentenceEncoder(pooling, limit, (pooling_file.path, *limit_files))


def _module(root: Path, description: JsonObject) -> Module:
    package, _, kind = description.text("type", None).rpartition(".")
    folder = PurePosixPath(description.text("path", ""))
    if folder.is_absolute() or ".." in folder.parts or "\\" in str(folder):
        raise description.wrong("path", "a folder inside the model's")
    # The class moved between versions of sentence-transformers; a class of someone else's with its name is unknown.
    known = package.partition(".")[0] == "sentence_transformers"
    return Module(kind if known else f"{package}.{kind}", root / folder)


def _pooling_modes(pooling_file: JsonObject) -> tuple[str, ...]:
    named = pooling_file.fields.get("pooling_mode")
    if named is None:
        # sentence-transformers takes the mean where nothing is chosen.
        modes: list[object] = [mode for flag, mode in POOLING_FLAGS.items() if pooling_file.flag(flag, False)] or [
            "mean"
        ]
    else:
        modes = named if isinstance(named, list) else [named]
    if not modes:
        raise pooling_file.wrong("pooling_mode", "one or more modes")
    return tuple(_pooling_mode(pooling_file, mode) for mode in modes)


def _pooling_mode(pooling_file: JsonObject, mode: object) -> str:
    if not isinstance(mode, str) or mode not in POOLING_MODES:
        raise InputError(
            f"{pooling_file.path}: pooling mode {shown(mode)} is not supported; "
            f"pass a model with {', '.join(POOLING_MODES)}"
        )
    return POOLING_MODES[mode]


def _check_prompt(root: Path) -> None:
    """Raise InputError if ``encode`` puts a prompt before each text unasked: artifacts get the bare text."""
    path = root / MODEL_DESCRIPTION
    if not path.is_file():
        return
    described = read_json_object(path)
    name, prompts = (described.fields.get(field) for field in ("default_prompt_name", "prompts"))
    prompt = prompts.get(name) if isinstance(prompts, dict) and isinstance(name, str) else None
    if prompt:
        raise InputError(
            f"{path}: default_prompt_name is {shown(name)}, so encode puts {shown(prompt)} before each text, and an"
            " artifact does not; set it to null, and put the prompt before your texts yourself"
        )


def _length_limit(directory: Path) -> tuple[int | None, list[Path]]:
    """Return the longest sequence in tokens, and the files that were asked for it."""
    files = []
    # sentence-transformers 6 no longer writes max_seq_length: there the tokenizer's own limit is the model's.
    for name, field in (("sentence_bert_config.json", "max_seq_length"), ("tokenizer_config.json", "model_max_length")):
        path = directory / name
        if path.is_file():
            files.append(path)
            described = read_json_object(path)
            if described.fields.get(field) is not None:
                # transformers writes int(1e30) where there is no limit.
                return described.integer(field, None, maximum=math.inf), files
    return None, files
