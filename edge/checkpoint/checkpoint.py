"""A trained checkpoint, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.checkpoint.adapter import refuse_adapter
from edge.checkpoint.config_file import choose_task, read_model_config
from edge.checkpoint.fingerprint import source_fingerprint
from edge.checkpoint.hub import download_weights
from edge.checkpoint.json_file import read_json_object
from edge.checkpoint.labels import read_labels
from edge.checkpoint.model_config import ModelConfig
from edge.checkpoint.pooling import Pooling
from edge.checkpoint.sentence_transformers import encoder_directory, read_modules, read_sentence_encoder
from edge.checkpoint.source import locate_source
from edge.checkpoint.stored_tensors import open_weights
from edge.checkpoint.tokenizer_files import check_vocabulary, tokenizer_files
from edge.checkpoint.weight_files import find_weight_files
from edge.checkpoint.weights import label_count, read_tensors, select_tensors
from edge.errors import InputError
from edge.tasks import Task

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose weights fit its configuration and its task.

    Attributes
    ----------
    name
        The folder's or Hub id's last part.
    root
        Folder that `load_checkpoint` reads this checkpoint from again; a Hub id's files lie there too.
    directory
        Folder with config.json, weights and tokenizer files: `root`, or the one inside that modules.json names.
    weights
        float32 tensors, named as transformers' SqueezeBERT names them, for example
        ``embeddings.word_embeddings.weight``, ``encoder.layers.0.attention.query.weight`` (out, in / groups, 1),
        ``pooler.dense.weight``, ``classifier.weight``, without the ``transformer.`` prefix.
    pooling
        Set for ``feature-extraction`` of sentence-transformers folders: the artifact returns the sentence embedding.
    labels
        Label names by index for labelled tasks, else empty.
    max_length
        Longest sequence that the checkpoint serves, in tokens.
    source_sha256
        Hash over the files that the weights, configuration and tokenizer were read from.
    """

    name: str
    root: Path
    directory: Path
    config: ModelConfig
    task: Task
    weights: dict[str, torch.Tensor]
    pooling: Pooling | None
    labels: tuple[str, ...]
    max_length: int
    source_sha256: str

    def check_sequence_length(self, sequence_length: int) -> None:
        """Raise InputError unless artifacts of `sequence_length` tokens can serve this checkpoint and its task."""
        # [CLS], and a [SEP] for each text.
        least = self.task.segments + 1
        if not least <= sequence_length <= self.max_length:
            raise InputError(
                f"sequence length {sequence_length} is out of range: {self.name} serves {least} to {self.max_length}"
                " tokens"
            )


def load_checkpoint(source: str | Path, task: str | None = None) -> Checkpoint:
    """Read the checkpoint at `source`, checked against its configuration and its task.

    Parameters
    ----------
    source
        A directory in Hugging Face layout, or the id of a model on the Hub, for example
        ``squeezebert/squeezebert-mnli``. A sentence-transformers folder works too.
    task
        Name of a task (``edge.tasks.TASKS``). None takes the task that ``architectures`` of config.json names.

    Returns
    -------
    Checkpoint
        With the tensors that the task needs and no others. A BERT has the names and shapes of a SqueezeBERT
        whose convolutions all have one group, and computes the same.

    Raises
    ------
    InputError
        If the checkpoint cannot be found, downloaded or read, its files do not fit each other, it needs something
        that is not supported, or it has no head for the task. The message is one line with the file and what to do.
    """
    located = locate_source(source)
    modules = read_modules(located.directory)
    directory = encoder_directory(located.directory, modules)
    refuse_adapter(directory)
    config_file = read_json_object(directory / "config.json")
    config = read_model_config(config_file)
    chosen = choose_task(config_file, task)
    vocabulary = tokenizer_files(directory)
    check_vocabulary(vocabulary, config)
    sentence_encoder = (
        read_sentence_encoder(located.directory, modules, config)
        if modules and chosen.name == "feature-extraction"
        else None
    )

    if located.hub_id is not None:
        download_weights(located.hub_id, located.directory)
    weight_files = find_weight_files(directory)
    tied = config_file.flag("tie_word_embeddings", True)
    tensors = select_tensors(open_weights(weight_files), config, chosen, tied, weight_files.main)
    labels = read_labels(config_file, label_count(tensors)) if chosen.labelled else ()
    limit = sentence_encoder.max_length if sentence_encoder else None
    files = [config_file.path, *vocabulary, *weight_files.read]
    files += [located.directory / "modules.json"] if modules else []
    files += sentence_encoder.files if sentence_encoder else []
    return Checkpoint(
        name=located.name,
        root=located.directory,
        directory=directory,
        config=config,
        task=chosen,
        weights=read_tensors(tensors, config),
        pooling=sentence_encoder.pooling if sentence_encoder else None,
        labels=labels,
        max_length=min(config.max_position_embeddings, limit or config.max_position_embeddings),
        source_sha256=source_fingerprint(located.directory, files),
    )
