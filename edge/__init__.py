"""squeezebert-edge: from a trained SqueezeBERT checkpoint to verified int8 artifacts."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edge.model import Model, load
    from edge.pipeline import build
    from edge.predictions import Prediction

__all__ = ["Model", "Prediction", "build", "load"]

_HOMES = {"Model": "edge.model", "load": "edge.model", "build": "edge.pipeline", "Prediction": "edge.predictions"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a device needs no torch, and `import edge` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'edge' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
