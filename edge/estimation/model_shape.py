"""What an estimate reads of a model: config.json, and for sentence-transformers folders how long its texts may be."""

from dataclasses import dataclass
from pathlib import Path

from edge.checkpoint import ModelConfig
from edge.checkpoint.config_file import choose_task, read_model_config
from edge.checkpoint.json_file import JsonObject, read_json_object
from edge.checkpoint.sentence_transformers import encoder_directory, read_modules, read_sentence_encoder
from edge.checkpoint.source import locate_source
from edge.errors import InputError
from edge.estimation.layer_work import LayerWork, add_by_type, encoder_work, head_work
from edge.tasks import Task

# transformers' own where config.json does not say.
DEFAULT_LABELS = 2


@dataclass(frozen=True)
class ModelShape:
    """The sizes that decide how much an inference computes.

    Attributes
    ----------
    labels
        Rows of the classifier, for labelled tasks; else 0.
    max_length
        Longest sequence that it serves, in tokens.
    """

    name: str
    config: ModelConfig
    task: Task
    labels: int
    max_length: int

    def work(self, length: int) -> list[LayerWork]:
        """Return what one inference of `length` tokens computes and reads, by layer type.

        Raises
        ------
        InputError
            If the model does not serve the length.
        """
        least = self.task.segments + 1
        if not least <= length <= self.max_length:
            raise InputError(
                f"sequence length {length} is out of range: {self.name} serves {least} to {self.max_length} tokens"
            )
        head = head_work(self.config, self.task, self.labels, length)
        return add_by_type([*encoder_work(self.config, length), *([head] if head.macs else [])])


def read_model_shape(source: str | Path, task: str | None = None) -> ModelShape:
    """Return the shape of the model at `source`; no weights are read or downloaded.

    Parameters
    ----------
    source
        A folder in Hugging Face layout or a Hub id, as `edge.checkpoint.load_checkpoint` takes it; of a folder,
        config.json is enough.
    task
        Name of a task; None takes the one that ``architectures`` names.

    Raises
    ------
    InputError
        If it cannot be found or downloaded, or config.json describes no encoder that is supported.
    """
    located = locate_source(source)
    modules = read_modules(located.directory)
    config_file = read_json_object(encoder_directory(located.directory, modules) / "config.json")
    config = read_model_config(config_file)
    chosen = choose_task(config_file, task)
    longest = config.max_position_embeddings
    if modules and chosen.name == "feature-extraction":
        limit = read_sentence_encoder(located.directory, modules, config).max_length
        longest = min(longest, limit or longest)
    labels = _label_count(config_file) if chosen.labelled else 0
    return ModelShape(located.name, config, chosen, labels, longest)


def _label_count(config_file: JsonObject) -> int:
    named = config_file.fields.get("id2label")
    if named is None:
        return config_file.integer("num_labels", DEFAULT_LABELS)
    if not isinstance(named, dict) or not named:
        raise config_file.wrong("id2label", "an object of label names by index")
    return len(named)
