"""Reading trained checkpoints in Hugging Face layout."""

from edge.checkpoint.checkpoint import Checkpoint, load_checkpoint
from edge.checkpoint.model_config import ModelConfig
from edge.checkpoint.pooling import Pooling

__all__ = ["Checkpoint", "ModelConfig", "Pooling", "load_checkpoint"]
