"""A Core ML package that answers with a label beside the logits: coremltools' classifier (`--coreml-classifier`)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from edge.checkpoint import Checkpoint
from edge.errors import InputError

# coremltools' default name of the label; it calls the probabilities after it.
LABEL = "classLabel"
PROBABILITIES = f"{LABEL}_probs"
# The variable inside of the program, whose values the dictionary takes; not an output.
SOFTMAX = "probabilities"


def check_classes(checkpoint: Checkpoint) -> None:
    """Check that a label can name what `checkpoint` answers: Core ML's dictionary has each name once.

    Raises
    ------
    InputError
        If the task is not text-classification, there is a single label, or a label is empty or stands for two.
    """
    labels = checkpoint.labels
    if checkpoint.task.name != "text-classification":
        raise InputError(
            f"--coreml-classifier gives a text one label, and {checkpoint.name} is for {checkpoint.task.name}; "
            "leave the option out"
        )
    if len(labels) < 2:
        raise InputError(
            f"--coreml-classifier needs several labels, and {checkpoint.name} has a single score; leave the option out"
        )
    repeated = [label for label, count in Counter(labels).items() if count > 1]
    if repeated or not all(labels):
        what = f"{repeated[0]!r} stands for {labels.count(repeated[0])} of them" if repeated else "one is empty"
        raise InputError(
            f"--coreml-classifier needs labels that differ, and of {checkpoint.name}'s {what}; correct id2label in "
            "config.json, or leave the option out"
        )


def add_probabilities(program: Any) -> None:
    """Add the softmax of the logits, the only output of coremltools' MIL program, as another output, in place."""
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil.scope import ScopeInfo, ScopeSource

    function = program.functions["main"]
    (logits,) = function.outputs
    # coremltools refuses operations that do not say which module they come from.
    module = (
        ScopeInfo(source=ScopeSource.TORCHSCRIPT_MODULE_NAME, data=[SOFTMAX]),
        ScopeInfo(source=ScopeSource.TORCHSCRIPT_MODULE_TYPE, data=["Softmax"]),
    )
    with function, Builder.scope(*module):
        probabilities = Builder.softmax(x=logits, axis=-1, name=SOFTMAX)
        function.set_outputs([logits, probabilities])
    # With types for them, coremltools counts the outputs before it adds the label. They are what they were: float32.
    function.set_output_types(None)


def classifier_config(labels: Sequence[str]) -> Any:
    """Return coremltools' ClassifierConfig of what `add_probabilities` added."""
    import coremltools as ct

    return ct.ClassifierConfig(list(labels), predicted_feature_name=LABEL, predicted_probabilities_output=SOFTMAX)


def float16_but_probabilities() -> Any:
    """Return coremltools' precision that casts all but the softmax: the label's probabilities are float32."""
    import coremltools as ct

    return ct.transform.FP16ComputePrecision(op_selector=lambda operation: operation.outputs[0].name != SOFTMAX)
