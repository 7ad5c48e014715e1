"""What a checkpoint's README.md says of its author and licence: the model card of the Hugging Face Hub."""

from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError

MODEL_CARD = "README.md"


@dataclass(frozen=True)
class ModelCard:
    """Author and licence; empty where the card does not say."""

    author: str = ""
    license: str = ""


def read_model_card(directory: Path) -> ModelCard:
    """Read the front matter of README.md in `directory`; without one nothing is known.

    The Hub names licences in `license`; the owner of a model stands in its address only, so `author` or `authors` count
    where a card has them.

    Raises
    ------
    InputError
        If the front matter is no YAML.
    """
    from huggingface_hub import ModelCard as HubCard

    path = directory / MODEL_CARD
    if not path.is_file():
        return ModelCard()
    try:
        data = HubCard.load(path, ignore_metadata_errors=True).data.to_dict()
    except Exception as error:  # YAML's own errors, and what the Hub's checks raise
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: its front matter cannot be read ({reason}); mend or remove it") from error
    author = data.get("author") or data.get("authors") or ""
    return ModelCard(_text(author), _text(data.get("license_name") or data.get("license") or ""))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
