"""Who takes part, as data: one entry each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from edge.registry import find_entry

Role = Literal["artifact", "baseline", "other model", "floor"]
Model = Literal["SqueezeBERT", "BERT-base", "MiniLM-L6"]


@dataclass(frozen=True)
class Contestant:
    """One thing that is built and timed.

    Attributes
    ----------
    route
        Module in `benchmarks.routes` that builds it.
    format
        What the route writes, as `converters.FORMATS` names formats; ``eager`` is a PyTorch module and no file.
    recipe
        How it is quantized; names of `quantize` recipes where they fit.
    role
        ``artifact``: this project's. ``baseline``: what a user has for the same checkpoint without this project.
        ``other model``: another encoder of like use. ``floor``: an artifact's int8 matrix products alone.
    yardstick_for
        Names of the contestants that are measured against it.
    """

    name: str
    title: str
    route: str
    format: str
    recipe: str
    role: Role
    model: Model = "SqueezeBERT"
    yardstick_for: tuple[str, ...] = ()


_INT8 = ("tflite-int8-dynamic", "tflite-int8-static", "executorch-int8-dynamic", "executorch-int8-static")
_TFLITE = ("tflite-fp32", *_INT8[:2])
_EXECUTORCH = ("executorch-fp32", *_INT8[2:])

CONTESTANTS: dict[str, Contestant] = {
    entry.name: entry
    for entry in (
        *(
            Contestant(f"{format_name}-{recipe}", f"{suffix} {recipe}", "product", format_name, recipe, "artifact")
            for format_name, suffix in (("tflite", ".tflite"), ("executorch", ".pte"), ("onnx", ".onnx"))
            for recipe in ("int8-dynamic", "int8-static", "fp32")
        ),
        Contestant(
            "huggingface-litert-fp32",
            "Hugging Face's module, litert-torch",
            "huggingface_litert",
            "tflite",
            "fp32",
            "baseline",
            yardstick_for=_TFLITE,
        ),
        Contestant(
            "huggingface-executorch-fp32",
            "Hugging Face's module, ExecuTorch XNNPACK",
            "huggingface_executorch",
            "executorch",
            "fp32",
            "baseline",
            yardstick_for=_EXECUTORCH,
        ),
        Contestant(
            "huggingface-onnxruntime-fp32",
            "Hugging Face's module, onnxruntime",
            "huggingface_onnx",
            "onnx",
            "fp32",
            "baseline",
            yardstick_for=_INT8,
        ),
        Contestant(
            "huggingface-onnxruntime-int8",
            "Hugging Face's module, onnxruntime quantize_dynamic",
            "huggingface_onnx",
            "onnx",
            "int8-dynamic",
            "baseline",
            yardstick_for=_INT8,
        ),
        Contestant(
            "huggingface-eager-fp32",
            "Hugging Face's module, PyTorch eager",
            "huggingface_eager",
            "eager",
            "fp32",
            "baseline",
            yardstick_for=_INT8,
        ),
        Contestant(
            "bert-base-onnxruntime-int8",
            "BERT-base, onnxruntime quantize_dynamic",
            "other_model_onnx",
            "onnx",
            "int8-dynamic",
            "other model",
            "BERT-base",
            _INT8,
        ),
        Contestant(
            "minilm-l6-onnxruntime-int8",
            "MiniLM-L6, onnxruntime quantize_dynamic",
            "other_model_onnx",
            "onnx",
            "int8-dynamic",
            "other model",
            "MiniLM-L6",
            _INT8,
        ),
        *(
            Contestant(
                f"products-{format_name}-{recipe}",
                f"int8 matrix products of {suffix} {recipe} alone",
                f"products_{format_name}",
                format_name,
                recipe,
                "floor",
                yardstick_for=(f"{format_name}-{recipe}",),
            )
            for format_name, suffix in (("tflite", ".tflite"), ("executorch", ".pte"))
            for recipe in ("int8-dynamic", "int8-static")
        ),
    )
}


def choose_contestants(names: Iterable[str]) -> tuple[Contestant, ...]:
    """Return the contestants called `names`, in the registry's order; all, if none is named.

    Raises
    ------
    InputError
        If there is none of a name.
    """
    chosen = {find_entry(CONTESTANTS, name, "contestant").name for name in names} or set(CONTESTANTS)
    return tuple(entry for name, entry in CONTESTANTS.items() if name in chosen)


def floor_of(name: str) -> str | None:
    """Return the name of the contestant that is the floor of the artifact called `name`, or None."""
    for entry in CONTESTANTS.values():
        if entry.role == "floor" and name in entry.yardstick_for:
            return entry.name
    return None
