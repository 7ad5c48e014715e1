"""Looking into an artifact: its operators, what its backend takes over, and its constants by layer."""

from edge.inspection.document import Inspection, LayerSize, OperatorCount
from edge.inspection.inspection import FORMATS_BY_SUFFIX, inspect_artifact

__all__ = ["FORMATS_BY_SUFFIX", "Inspection", "LayerSize", "OperatorCount", "inspect_artifact"]
