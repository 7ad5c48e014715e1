"""Which numbers an artifact of a recipe computes with and reads, as far as time depends on it."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.estimation.layer_work import LayerType, LayerWork
from edge.hardware import Arithmetic
from quantize import Recipe
from quantize.static_plan import LONGEST_INT8_CONTEXT

# Bytes of one weight; the scales of blocks and the palettes' tables are left out.
BYTES = {"float32": 4.0, "float16": 2.0, "int8": 1.0, "int4": 0.5, "palette6": 0.75}

# Backends that run Core ML's programs.
_CORE_ML = ("neural-engine", "cpu-gpu", "coreml")

_ARITHMETIC: dict[str, Arithmetic] = {
    "float32": "fp32",
    "float16": "fp16",
    "int8-runtime": "int8",
    "int8-calibrated": "int8",
}


@dataclass(frozen=True)
class Precision:
    """The numbers of one artifact.

    Attributes
    ----------
    linear
        What the products of linear layers are computed in.
    scores, context
        What attention's two products are computed in: of queries and keys, and of probabilities and values.
    measured_as, attention_measured_as
        Recipes whose measured efficiencies are taken.
    """

    weight_bytes: float
    embedding_bytes: float
    linear: Arithmetic
    scores: Arithmetic
    context: Arithmetic
    measured_as: str
    attention_measured_as: str

    def seconds_at_peak(self, work: LayerWork, operations_per_s: Callable[[Arithmetic], float]) -> float:
        """Return the seconds that the products of `work` take where each arithmetic is computed at its peak."""
        if not work.macs:
            return 0.0
        if work.type == LayerType.ATTENTION_PRODUCTS:
            # Both have as many multiply-accumulates.
            return work.macs / operations_per_s(self.scores) + work.macs / operations_per_s(self.context)
        return 2 * work.macs / operations_per_s(self.linear)

    def recipe_measured(self, kind: LayerType) -> str:
        """Return the recipe whose measured efficiency a layer of this kind has."""
        return self.attention_measured_as if kind == LayerType.ATTENTION_PRODUCTS else self.measured_as

    def bytes_read(self, work: LayerWork) -> float:
        """Return the bytes of weights that the layers read."""
        return work.weights * (self.embedding_bytes if work.type == LayerType.EMBEDDING else self.weight_bytes)


def precision_of(recipe: Recipe, format_name: str, backend: str, length: int) -> Precision:
    """Return the numbers of an artifact.

    Attention's products are int8 in a static .tflite alone, and beyond 128 tokens only the first of them. Core ML's
    programs compute in float16 what others compute in float32, except in the recipe fp32.

    Parameters
    ----------
    length
        In tokens.
    """
    linear = _ARITHMETIC[recipe.activations]
    without_int8: Arithmetic = linear if linear != "int8" else "fp16" if backend in _CORE_ML else "fp32"
    has_int8_attention = recipe.static is not None and format_name == "tflite"
    return Precision(
        weight_bytes=BYTES[recipe.weights],
        embedding_bytes=BYTES[recipe.embeddings],
        linear=linear,
        scores="int8" if has_int8_attention else without_int8,
        context="int8" if has_int8_attention and length <= LONGEST_INT8_CONTEXT else without_int8,
        measured_as=recipe.name,
        attention_measured_as="fp32" if recipe.static is not None and not has_int8_attention else recipe.name,
    )
