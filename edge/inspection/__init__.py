"""Looking into an artifact: its operators, what its backend takes over, and its constants by layer.

Of a Core ML package also what is known to leave the Neural Engine.
"""

from edge.inspection.document import (
    Inspection,
    LayerSize,
    NeuralEngine,
    NeuralEngineFinding,
    NeuralEngineFunction,
    NeuralEngineRule,
    OperatorCount,
)
from edge.inspection.inspection import FORMATS_BY_SUFFIX, inspect_artifact

__all__ = [
    "FORMATS_BY_SUFFIX",
    "Inspection",
    "LayerSize",
    "NeuralEngine",
    "NeuralEngineFinding",
    "NeuralEngineFunction",
    "NeuralEngineRule",
    "OperatorCount",
    "inspect_artifact",
]
