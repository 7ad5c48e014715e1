"""config.json and the tokenizer's files, as transformers, optimum and transformers.js read them beside a model."""

import json
import shutil
from pathlib import Path
from typing import Any

from edge.bundle import Bundle
from edge.clients.onnx_model import ONNXModel
from edge.tasks import TASKS

# Class names of transformers begin with these.
CLASS_PREFIXES = {"squeezebert": "SqueezeBert", "bert": "Bert"}


def write_config(directory: Path, model: ONNXModel, model_type: str, **fields: Any) -> None:
    """Write config.json.

    Parameters
    ----------
    model_type
        A key of `CLASS_PREFIXES`: which class the client takes.
    fields
        Further ones.
    """
    config = model.config | {
        "model_type": model_type,
        "architectures": [CLASS_PREFIXES[model_type] + TASKS[model.task].architecture],
        # The exported model has no positions beyond its own length.
        "max_position_embeddings": model.sequence_length,
    }
    if model.labels:
        config["id2label"] = {str(index): label for index, label in enumerate(model.labels)}
        config["label2id"] = {label: index for index, label in enumerate(model.labels)}
    if len(model.labels) == 1:
        # Otherwise transformers takes one label for a yes or no.
        config["problem_type"] = "regression"
    _write_json(directory / "config.json", config | fields)


def write_tokenizer(directory: Path, bundle: Bundle, model: ONNXModel, tokenizer_class: str) -> None:
    """Write tokenizer.json and tokenizer_config.json, which cut texts to the model's length.

    Parameters
    ----------
    tokenizer_class
        ``PreTrainedTokenizerFast`` takes tokenizer.json as it is.
    """
    source = bundle.directory / bundle.manifest.tokenizer.directory
    shutil.copyfile(source / "tokenizer.json", directory / "tokenizer.json")
    config = json.loads((source / "tokenizer_config.json").read_text(encoding="utf-8"))
    config |= {
        "tokenizer_class": tokenizer_class,
        "model_max_length": model.sequence_length,
        "model_input_names": model.inputs,
        # As BERT's own files have it: answers read "don't", not "don ' t".
        "clean_up_tokenization_spaces": True,
    }
    _write_json(directory / "tokenizer_config.json", config)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
