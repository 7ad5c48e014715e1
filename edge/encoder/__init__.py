"""The rewritten SqueezeBERT encoder."""

from edge.encoder.encoder import Encoder
from edge.encoder.variant import EncoderVariant

__all__ = ["Encoder", "EncoderVariant"]
