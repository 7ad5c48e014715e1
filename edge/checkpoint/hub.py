"""Downloading a model's files from the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path

from edge.checkpoint.adapter import ADAPTER_CONFIG
from edge.checkpoint.model_card import MODEL_CARD
from edge.checkpoint.sentence_transformers import MODEL_DESCRIPTION
from edge.errors import InputError, MissingPackageError

# Old sentence-transformers models keep the encoder in a folder such as 0_Transformer.
FOLDERS = ("", "0_*/")
DESCRIPTION_FILES = (
    "config.json",
    ADAPTER_CONFIG,
    "sentence_bert_config.json",
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
SENTENCE_TRANSFORMERS_FILES = ("modules.json", MODEL_DESCRIPTION, "*_Pooling/config.json")
SAFETENSORS_FILES = ("model.safetensors", "model.safetensors.index.json", "model-*.safetensors")
TORCH_FILES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-*.bin")


def download_description(hub_id: str) -> Path:
    """Download all of the model `hub_id` but its weights, and return the folder.

    Raises
    ------
    InputError
        If the Hub cannot be reached or does not give the model.
    """
    return _download(hub_id, None, [*_in_folders(DESCRIPTION_FILES), *SENTENCE_TRANSFORMERS_FILES, MODEL_CARD])


def download_weights(hub_id: str, directory: Path) -> None:
    """Download the weights of `hub_id` into `directory`: safetensors, or where there are none, PyTorch files.

    Parameters
    ----------
    hub_id
        Name of the model.
    directory
        What `download_description` returned. Its name is the commit, so that weights and config.json match.

    Raises
    ------
    InputError
        If the Hub cannot be reached or does not give the files.
    """
    _download(hub_id, directory.name, _in_folders(SAFETENSORS_FILES))
    if not any(any(directory.glob(pattern)) for pattern in _in_folders(SAFETENSORS_FILES)):
        _download(hub_id, directory.name, _in_folders(TORCH_FILES))


def _in_folders(names: tuple[str, ...]) -> list[str]:
    return [folder + name for folder in FOLDERS for name in names]


def _download(hub_id: str, revision: str | None, patterns: list[str]) -> Path:
    try:
        import huggingface_hub
        from huggingface_hub import errors
    except ImportError:
        raise MissingPackageError(
            f"{hub_id}: no such directory, and the Hub needs a package; "
            "run: python -m pip install 'squeezebert-edge[build]'"
        ) from None
    try:
        return Path(huggingface_hub.snapshot_download(hub_id, revision=revision, allow_patterns=patterns))
    except errors.GatedRepoError:
        advice = "its owner must grant you access; ask on its Hub page and run: hf auth login"
    except errors.RepositoryNotFoundError:
        advice = (
            "no such directory, and no such model on the Hub; check the name, or if it is private run: hf auth login"
        )
    # Connections fail in many ways, and the HTTP library below the Hub's package changes.
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")[:160] or type(error).__name__
        advice = f"no such directory, and the download from the Hub failed ({reason}); pass a local folder or go online"
    raise InputError(f"{hub_id}: {advice}")
