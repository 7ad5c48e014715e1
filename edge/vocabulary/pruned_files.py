"""The files of a pruned checkpoint beside its weights."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge.checkpoint import Checkpoint
from edge.checkpoint.json_file import read_json_object
from edge.checkpoint.model_card import MODEL_CARD
from edge.checkpoint.sentence_transformers import MODEL_DESCRIPTION, read_modules
from edge.tokenizer import SPECIAL_TOKENS

# Files without token ids.
ROOT_FILES = ("modules.json", MODEL_DESCRIPTION, MODEL_CARD)
ENCODER_FILES = ("sentence_bert_config.json", "special_tokens_map.json")


def write_config(source: Path, target: Path, new_ids: Mapping[int, int], pad_id: int) -> None:
    """Write config.json of folder `source` to folder `target`, with the new vocabulary's size and token ids."""
    fields = dict(read_json_object(source / "config.json").fields)
    # bos_token_id and the like; BERT uses none of them, so that one whose token is gone is left out.
    for name, index in list(fields.items()):
        if name.endswith("_token_id") and isinstance(index, int):
            del fields[name]
            if index in new_ids:
                fields[name] = new_ids[index]
    _write_json(target / "config.json", {**fields, "vocab_size": len(new_ids), "pad_token_id": pad_id})


def write_tokenizer(source: Path, target: Path, state: Mapping[str, Any], new_ids: Mapping[int, int]) -> None:
    """Write the tokenizer files of folder `target`.

    Parameters
    ----------
    source
        Folder whose tokenizer_config.json, if it has one, is taken over with new ids.
    state
        Content of the new tokenizer.json.
    new_ids
        New id by old id.
    """
    _write_json(target / "tokenizer.json", state)
    added = {token["content"]: token["id"] for token in state["added_tokens"]}
    tokens = sorted((state["model"]["vocab"] | added).items(), key=lambda item: item[1])
    (target / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in tokens), encoding="utf-8")
    config: dict[str, Any] = {
        "tokenizer_class": "BertTokenizer",
        **{f"{name}_token": token for name, token in SPECIAL_TOKENS.items()},
    }
    if (source / "tokenizer_config.json").is_file():
        config = dict(read_json_object(source / "tokenizer_config.json").fields)
    decoder = config.get("added_tokens_decoder")
    if isinstance(decoder, dict):
        written = {str(old): str(new) for old, new in new_ids.items()}
        config["added_tokens_decoder"] = {written[index]: token for index, token in decoder.items() if index in written}
    _write_json(target / "tokenizer_config.json", config)
    if (source / "added_tokens.json").is_file():
        before = read_json_object(source / "added_tokens.json").fields
        _write_json(target / "added_tokens.json", {token: added[token] for token in before if token in added})


def copy_description(checkpoint: Checkpoint, root: Path, encoder: Path) -> None:
    """Copy what sentence-transformers and transformers read beside the files above to `root` and `encoder`."""
    for module in read_modules(checkpoint.root):
        if module.directory not in (checkpoint.root, checkpoint.directory) and module.directory.is_dir():
            shutil.copytree(module.directory, root / module.directory.relative_to(checkpoint.root), dirs_exist_ok=True)
    for source, target, names in (
        (checkpoint.root, root, ROOT_FILES),
        (checkpoint.directory, encoder, ENCODER_FILES),
    ):
        for name in names:
            if (source / name).is_file():
                shutil.copyfile(source / name, target / name)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
