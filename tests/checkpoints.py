"""Small checkpoint folders for tests: real transformers models with seeded weights, saved in Hugging Face layout.

    directory = save_squeezebert(tmp_path / "intents", task="text-classification", labels=("yes", "no", "maybe"))
    checkpoint = edge.checkpoint.load_checkpoint(directory)

Each function creates the folder, fills it with config.json, model.safetensors, vocab.txt, tokenizer.json and
tokenizer_config.json, and returns it. `saved_model` gives the transformers model back, as the reference.
"""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers.implementations import BertWordPieceTokenizer

WORDS = """
the a to my i is in on of and for please what where who when how much can you me it not good bad money card bank account
balance transfer pay bill book flight hotel weather today tomorrow paris london john mary works at play music song set
alarm time call send message great terrible movie capital france
"""
# Single characters and their continuations let every ASCII text be tokenised without [UNK].
CHARACTERS = string.ascii_lowercase + string.digits + string.punctuation
VOCABULARY = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *CHARACTERS,
    *(f"##{character}" for character in CHARACTERS),
    *(word for word in WORDS.split() if len(word) > 1),
)
GROUP_FIELDS = ("q_groups", "k_groups", "v_groups", "post_attention_groups", "intermediate_groups", "output_groups")
CLASS_ENDINGS = {
    "feature-extraction": "Model",
    "text-classification": "ForSequenceClassification",
    "token-classification": "ForTokenClassification",
    "question-answering": "ForQuestionAnswering",
    "fill-mask": "ForMaskedLM",
    "multiple-choice": "ForMultipleChoice",
}
LABELLED = ("text-classification", "token-classification")


def save_squeezebert(
    directory: Path,
    task: str = "text-classification",
    groups: Sequence[int] = (4, 4, 4, 1, 4, 4),
    **options: Any,
) -> Path:
    """Save a small SqueezeBERT for `task` into `directory`.

    Parameters
    ----------
    directory
        Folder to create.
    task
        One of `edge.tasks.TASKS`.
    groups
        Groups of query, key, value, post-attention, intermediate and output convolutions.
    options
        As the keyword arguments of `save_bert`.
    """
    return _save(directory, "SqueezeBert", task, dict(zip(GROUP_FIELDS, groups, strict=True)), **options)


def save_bert(directory: Path, task: str = "text-classification", **options: Any) -> Path:
    """Save a small dense BERT for `task` into `directory`.

    Parameters
    ----------
    directory
        Folder to create.
    task
        One of `edge.tasks.TASKS`.
    options
        Keyword arguments, all optional:

        labels
            Label names of the two labelled tasks; ``("negative", "neutral", "positive")``.
        hidden_size, layers, heads, intermediate_size, max_length
            Sizes of the encoder; 32, 2, 4, four times the hidden size, and 64 positions.
        vocabulary
            Tokens in order, with the special ones; `VOCABULARY`.
        vocab_rows
            Rows of the word embeddings; as many as tokens.
        seed
            Seed of all weights; 0.
        dtype
            Type of the saved weights; ``torch.float32``.
        safetensors
            False saves pytorch_model.bin.
        shard_size
            For example ``"20KB"``: saves shards of at most that size and an index.
        config
            Further fields of the transformers config, for example ``{"layer_norm_eps": 1e-3}``.
    """
    return _save(directory, "Bert", task, {}, **options)


def save_sentence_transformer(
    directory: Path,
    pooling: dict[str, Any] | None = None,
    normalize: bool = True,
    max_seq_length: int | None = 32,
    encoder_folder: str = "",
    **options: Any,
) -> Path:
    """Save a small BERT sentence encoder in sentence-transformers layout into `directory`.

    Parameters
    ----------
    directory
        Folder to create.
    pooling
        Content of 1_Pooling/config.json; by default mean pooling in the older spelling.
    normalize
        Whether a Normalize module follows.
    max_seq_length
        Of sentence_bert_config.json, which is left out for None.
    encoder_folder
        Folder of the model inside `directory`; ``""`` is `directory` itself.
    options
        As the keyword arguments of `save_bert`.
    """
    encoder = save_bert(directory / encoder_folder, "feature-extraction", **options)
    kinds = ["Transformer", "Pooling"] + ["Normalize"] * normalize
    modules = [
        {"idx": index, "name": str(index), "path": f"{index}_{kind}", "type": f"sentence_transformers.models.{kind}"}
        for index, kind in enumerate(kinds)
    ]
    modules[0]["path"] = encoder_folder
    (directory / "1_Pooling").mkdir(exist_ok=True)
    write_json(directory / "1_Pooling" / "config.json", pooling or {"pooling_mode_mean_tokens": True})
    write_json(directory / "modules.json", modules)
    if max_seq_length is not None:
        write_json(encoder / "sentence_bert_config.json", {"max_seq_length": max_seq_length, "do_lower_case": False})
    return directory


def saved_model(directory: Path) -> transformers.PreTrainedModel:
    """Return the transformers model in `directory`, in the class that config.json names, ready for inference."""
    config = transformers.AutoConfig.from_pretrained(directory)
    model_class = getattr(transformers, config.architectures[0])
    return model_class.from_pretrained(directory, dtype=torch.float32).eval()


def change_json(path: Path, **fields: Any) -> None:
    """Set `fields` in the JSON object of the file `path`; the value ... removes a field."""
    content = {**json.loads(path.read_text()), **fields}
    write_json(path, {name: value for name, value in content.items() if value is not ...})


def write_json(path: Path, content: Any) -> None:
    """Write `content` to the file `path` as JSON."""
    path.write_text(json.dumps(content, indent=2))


def save_tokenizer(directory: Path, vocabulary: Sequence[str] = VOCABULARY, max_length: int = 64) -> None:
    """Write vocab.txt, tokenizer.json and tokenizer_config.json of a BERT tokenizer into `directory`."""
    (directory / "vocab.txt").write_text("".join(f"{token}\n" for token in vocabulary))
    tokenizer = BertWordPieceTokenizer({token: index for index, token in enumerate(vocabulary)}, lowercase=True)
    tokenizer.save(str(directory / "tokenizer.json"))
    write_json(
        directory / "tokenizer_config.json",
        {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": max_length},
    )


def _save(
    directory: Path,
    family: str,
    task: str,
    fields: dict[str, Any],
    *,
    labels: Sequence[str] = ("negative", "neutral", "positive"),
    hidden_size: int = 32,
    layers: int = 2,
    heads: int = 4,
    intermediate_size: int | None = None,
    max_length: int = 64,
    vocabulary: Sequence[str] = VOCABULARY,
    vocab_rows: int | None = None,
    seed: int = 0,
    dtype: torch.dtype = torch.float32,
    safetensors: bool = True,
    shard_size: str | None = None,
    config: dict[str, Any] | None = None,
) -> Path:
    if task in LABELLED:
        fields = fields | {"id2label": dict(enumerate(labels)), "label2id": {name: i for i, name in enumerate(labels)}}
    if family == "SqueezeBert":
        fields = fields | {"embedding_size": hidden_size}
    model_config = getattr(transformers, f"{family}Config")(
        vocab_size=vocab_rows or len(vocabulary),
        hidden_size=hidden_size,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=intermediate_size or 4 * hidden_size,
        max_position_embeddings=max_length,
        **(fields | (config or {})),
    )
    model = _seeded(getattr(transformers, family + CLASS_ENDINGS[task]), model_config, seed).to(dtype)
    directory.mkdir(parents=True, exist_ok=True)
    if safetensors:
        model.save_pretrained(directory, **({"max_shard_size": shard_size} if shard_size else {}))
    else:
        _save_torch_files(model, directory, shards=2 if shard_size else 1)
    save_tokenizer(directory, vocabulary, max_length)
    return directory


def _seeded(model_class: Any, config: Any, seed: int) -> transformers.PreTrainedModel:
    """Return a model with weights that all differ, biases and norms too: a mix-up of names changes the result."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: transformers.PreTrainedModel = model_class(config).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                scale = 0.1 if parameter.dim() == 1 else parameter[0].numel() ** -0.5
                mean = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
                parameter.copy_(mean + scale * torch.randn_like(parameter))
    return model


def _save_torch_files(model: transformers.PreTrainedModel, directory: Path, shards: int) -> None:
    # transformers 5 writes safetensors only; the folders of older versions look like this.
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(directory)
    tensors = model.state_dict()
    if shards == 1:
        torch.save(tensors, directory / "pytorch_model.bin")
        return
    names = [f"pytorch_model-{number + 1:05}-of-{shards:05}.bin" for number in range(shards)]
    weight_map = {tensor: names[position % shards] for position, tensor in enumerate(tensors)}
    for name in names:
        torch.save({tensor: tensors[tensor] for tensor in tensors if weight_map[tensor] == name}, directory / name)
    write_json(directory / "pytorch_model.bin.index.json", {"metadata": {}, "weight_map": weight_map})
