"""The rewritten SqueezeBERT encoder."""

from edge.encoder.encoder import Encoder, check_sequence_length
from edge.encoder.variant import EncoderVariant

__all__ = ["Encoder", "EncoderVariant", "check_sequence_length"]
