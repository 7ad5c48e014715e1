"""squeezebert-edge: from a trained SqueezeBERT checkpoint to verified int8 artifacts."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edge.evaluation import evaluate
    from edge.model import Model, load
    from edge.pipeline import build
    from edge.predictions import Prediction

__all__ = ["Model", "Prediction", "build", "evaluate", "load"]

_HOMES = {
    "Model": "edge.model",
    "Prediction": "edge.predictions",
    "build": "edge.pipeline",
    "evaluate": "edge.evaluation",
    "load": "edge.model",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a device needs no torch, and `import edge` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'edge' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
