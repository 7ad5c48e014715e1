"""A small encoder as an .mlpackage with int8 weights, and as a .pte for ExecuTorch's Core ML backend."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from converters.executorch_coreml import write_delegated
from edge.artifact import TensorSpec
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from tests.checkpoints import save_squeezebert

LENGTH = 16


@dataclass(frozen=True)
class Delegated:
    """The same model twice, the encoder that it was made from, and what a manifest says of it."""

    encoder: Encoder
    package: Path
    pte: Path
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def feed(self) -> dict[str, np.ndarray]:
        """Return one text with padding, inputs in another order than the encoder's."""
        return {
            "token_type_ids": np.array([[0] * 6 + [1] * 5 + [0] * 5], np.int32),
            "input_ids": np.array([[2, 10, 44, 100, 99, 3, 60, 4, 77, 99, 3, 0, 0, 0, 0, 0]], np.int32),
            "attention_mask": np.array([[1] * 11 + [0] * 5], np.int32),
        }


def make_delegated(folder: Path, seed: int = 0) -> Delegated:
    """Convert a question-answering SqueezeBERT of two layers, which has two outputs."""
    checkpoint = load_checkpoint(save_squeezebert(folder / "checkpoint", task="question-answering", seed=seed))
    encoder = Encoder(checkpoint, LENGTH, EncoderVariant(layer_norm="native", minimum_epsilon=1e-7))
    package = save_package(encoder, folder / "int8.mlpackage")
    pte = folder / "int8.pte"
    write_delegated(package, encoder, pte)
    return Delegated(
        encoder,
        package,
        pte,
        tuple(TensorSpec(name=name, dtype="int32", shape=[1, LENGTH]) for name in encoder.input_names),
        tuple(TensorSpec(name=name, dtype="float32", shape=[1, LENGTH]) for name in encoder.output_names),
    )


def save_package(encoder: Encoder, path: Path, output_names: tuple[str, ...] = ("start_logits", "end_logits")) -> Path:
    """Convert `encoder` by coremltools alone, with int8 weights."""
    import coremltools as ct
    from coremltools.optimize import coreml as optimize

    model = ct.convert(
        torch.jit.trace(encoder, encoder.example_inputs()),
        inputs=[ct.TensorType(name=name, shape=(1, LENGTH), dtype=np.int32) for name in encoder.input_names],
        outputs=[ct.TensorType(name=name, dtype=np.float32) for name in output_names],
        minimum_deployment_target=ct.target.iOS17,
        skip_model_load=True,
    )
    config = optimize.OptimizationConfig(optimize.OpLinearQuantizerConfig(weight_threshold=64))
    optimize.linear_quantize_weights(model, config).save(str(path))
    return path
