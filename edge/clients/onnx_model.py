"""The .onnx of a bundle as Hugging Face's clients feed it: made, checked against the golden vectors, and written."""

from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np

from converters.onnx_interface import free_shapes
from converters.onnx_metadata import read_metadata
from edge.bundle import Bundle
from edge.errors import GateError, InputError
from edge.gates import check_gates, describe_failure
from edge.golden import Golden, Outputs, load_golden, select_positions
from edge.manifest import ArtifactInfo
from edge.parity import measure_parity
from edge.tasks import find_task

# Examples that the check runs at once, padded to the longest of them.
BATCH = 8


@dataclass(frozen=True)
class ONNXModel:
    """What the other files of the folder need to know of the model.

    Attributes
    ----------
    task
        Name of its task.
    labels
        In the order of the logits; empty where the task has none.
    pooling
        ``modes`` and ``normalize`` of a sentence encoder, else None.
    config
        Shape of the encoder, under the names of transformers' config.json.
    sequence_length
        Longest text in tokens.
    inputs, outputs
        Names in order.
    """

    task: str
    labels: list[str]
    pooling: dict[str, Any] | None
    config: dict[str, Any]
    sequence_length: int
    inputs: list[str]
    outputs: list[str]


def outputs_in_words(model: ONNXModel) -> str:
    """Return a paragraph on the model's outputs."""
    names = " and ".join(f"`{name}`" for name in model.outputs)
    if model.pooling is None:
        return f"Outputs: {names}, float32."
    pooling, unit = " + ".join(model.pooling["modes"]), ", scaled to unit length" if model.pooling["normalize"] else ""
    return (
        f"Outputs: {names}, float32. `sentence_embedding` is what the checkpoint computes ({pooling} pooling{unit}), in"
        " the model: take it instead of pooling the tokens' vectors."
    )


def write_onnx_model(bundle: Bundle, artifact: ArtifactInfo, path: Path) -> ONNXModel:
    """Write `artifact` to `path` with int64 inputs, any batch and any length up to its own; its folder exists.

    Where onnxruntime is installed, the written file runs the bundle's golden texts in batches.

    Raises
    ------
    InputError
        If onnx is not installed, or the artifact is not from this version.
    GateError
        If what is written is not within the recipe's gates.
    """
    if util.find_spec("onnx") is None:
        raise InputError("exporting .onnx needs onnx: pip install onnx")
    import onnx

    source = bundle.path(artifact)
    model = onnx.load(source)
    metadata = read_metadata(model, str(source))
    task = metadata["task"]
    free_shapes(model, metadata["config"]["hidden_size"], choices=task == "multiple-choice")
    path.write_bytes(model.SerializeToString(deterministic=True))
    if util.find_spec("onnxruntime") is not None:
        _check(bundle, artifact, path)
    return ONNXModel(
        task=task,
        labels=metadata["labels"],
        pooling=metadata["pooling"],
        config=metadata["config"],
        sequence_length=artifact.sequence_lengths[-1],
        inputs=[value.name for value in model.graph.input],
        outputs=[value.name for value in model.graph.output],
    )


def _check(bundle: Bundle, artifact: ArtifactInfo, path: Path) -> None:
    golden = load_golden(bundle.directory / "golden", artifact.sequence_lengths[-1])
    task = find_task(bundle.manifest.model.task)
    parity = measure_parity(golden.outputs, _run(path, golden, task.name == "multiple-choice"), task)
    failed = [gate for gate in check_gates(artifact.recipe, parity) if not gate.passed]
    if failed:
        raise GateError(f"the exported model fails: {describe_failure(artifact.id, failed[0])}; please report it")


def _run(path: Path, golden: Golden, choices: bool) -> list[Outputs]:
    """Return the outputs of each golden example; of multiple-choice, each is a list of one choice."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = list(golden.outputs[0])
    rows = []
    for first in range(0, len(golden.examples), BATCH):
        examples = golden.examples[first : first + BATCH]
        length = max(len(example.input_ids) for example in examples)
        feed = {
            "input_ids": [_padded(example.input_ids, length, golden.pad_id) for example in examples],
            "attention_mask": [_padded([1] * len(example.input_ids), length, 0) for example in examples],
            "token_type_ids": [_padded(example.token_type_ids, length, 0) for example in examples],
        }
        arrays = {value.name: np.array(feed[value.name], np.int64) for value in session.get_inputs()}
        if choices:
            arrays = {name: value[:, np.newaxis] for name, value in arrays.items()}
        found = dict(zip(wanted, session.run(wanted, arrays), strict=True))
        for row, example in enumerate(examples):
            values = {name: value[row : row + 1] for name, value in found.items()}
            rows.append(select_positions(values, example.positions))
    return rows


def _padded(values: Any, length: int, value: int) -> list[int]:
    return [*values, *[value] * (length - len(values))]
