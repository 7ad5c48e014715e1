"""The content of tokenizer.json, before and after pruning."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.checkpoint.json_file import read_json_object
from edge.errors import InputError
from edge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import tokenizers


def read_state(directory: Path, scratch: Path) -> dict[str, Any]:
    """Return the content of tokenizer.json in `directory`, or what it would be where only vocab.txt is there.

    Parameters
    ----------
    scratch
        Empty folder for that case.

    Raises
    ------
    InputError
        If there is no WordPiece tokenizer with BERT's special tokens.
    """
    tokenizer = Tokenizer(directory)
    path = directory / "tokenizer.json"
    if not path.is_file():
        tokenizer.save(scratch)
        path = scratch / "tokenizer.json"
    return read_json_object(path).fields


def load_state(state: Mapping[str, Any]) -> tokenizers.Tokenizer:
    """Return a tokenizer that cuts and pads nothing."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(state))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def prune_state(state: Mapping[str, Any], new_ids: Mapping[int, int]) -> dict[str, Any]:
    """Return `state` with the tokens of `new_ids` only, under their new ids.

    Parameters
    ----------
    new_ids
        New id by old id, ascending in both; special and added tokens that are in use are among them.

    Raises
    ------
    InputError
        If padding or the post-processor use a token that is not among them.
    """
    pruned = copy.deepcopy(dict(state))
    by_id = {index: token for token, index in state["model"]["vocab"].items()}
    pruned["model"]["vocab"] = {by_id[old]: new for old, new in new_ids.items() if old in by_id}
    pruned["added_tokens"] = [
        {**token, "id": new_ids[token["id"]]} for token in state.get("added_tokens") or [] if token["id"] in new_ids
    ]
    if pruned.get("padding"):
        pruned["padding"]["pad_id"] = _renumbered(pruned["padding"]["pad_id"], new_ids)
    if pruned.get("post_processor"):
        _renumber_post_processor(pruned["post_processor"], new_ids)
    return pruned


def _renumber_post_processor(processor: dict[str, Any], new_ids: Mapping[int, int]) -> None:
    """Renumber the special tokens of `processor` in place."""
    for part in processor.get("processors", ()):
        _renumber_post_processor(part, new_ids)
    # TemplateProcessing
    for token in processor.get("special_tokens", {}).values():
        token["ids"] = [_renumbered(index, new_ids) for index in token["ids"]]
    # BertProcessing and RobertaProcessing
    for name in ("sep", "cls"):
        if name in processor:
            token, index = processor[name]
            processor[name] = [token, _renumbered(index, new_ids)]


def _renumbered(index: int, new_ids: Mapping[int, int]) -> int:
    if index not in new_ids:
        raise InputError(
            f"tokenizer.json: uses token id {index}, which is no special token's; save the tokenizer again"
        )
    return new_ids[index]
