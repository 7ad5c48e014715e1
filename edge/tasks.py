"""The tasks that an encoder can serve, as data.

A task names the head that its checkpoints carry, how many texts one example has, and what an artifact
returns. Everything that depends on the task reads this table instead of branching on its name.
"""

from dataclasses import dataclass

from edge.registry import find_entry


@dataclass(frozen=True)
class Task:
    """One task.

    Attributes
    ----------
    name
        The name that the Hugging Face Hub uses for the task.
    architecture
        Ending of the class name in a checkpoint's ``architectures``, for example ``ForTokenClassification``.
    segments
        Texts that one example may have: with 2, artifacts take ``token_type_ids`` too.
    outputs
        Names of an artifact's outputs, in order. All are float32.
    positions
        Which positions of the sequence an output has: ``"one"`` (a vector for the whole text), ``"tokens"`` (a
        vector for each position) or ``"mask"`` (as ``tokens``, but only positions that hold the mask token mean
        anything).
    compared_by
        What two results of the task have in common: ``"top1"`` (agreement of the best label) or ``"rank"``
        (Spearman's correlation of pairwise cosine similarities).
    labelled
        Whether the checkpoint's ``id2label`` names the last axis of the output.
    """

    name: str
    architecture: str
    segments: int
    outputs: tuple[str, ...]
    positions: str
    compared_by: str
    labelled: bool


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("feature-extraction", "Model", 1, ("last_hidden_state",), "tokens", "rank", False),
        Task("text-classification", "ForSequenceClassification", 2, ("logits",), "one", "top1", True),
        Task("token-classification", "ForTokenClassification", 1, ("logits",), "tokens", "top1", True),
        Task("question-answering", "ForQuestionAnswering", 2, ("start_logits", "end_logits"), "tokens", "top1", False),
        Task("fill-mask", "ForMaskedLM", 1, ("logits",), "mask", "top1", False),
        Task("multiple-choice", "ForMultipleChoice", 2, ("logits",), "one", "top1", False),
    )
}


def find_task(name: str) -> Task:
    """Return the task called `name`.

    Raises
    ------
    InputError
        If there is no such task.
    """
    return find_entry(TASKS, name, "task")


def task_of_architecture(architecture: str) -> Task | None:
    """Return the task whose head the class `architecture` (``config.json``) carries, or None."""
    for task in TASKS.values():
        if task.architecture != "Model" and architecture.endswith(task.architecture):
            return task
    return TASKS["feature-extraction"] if architecture.endswith("Model") else None
