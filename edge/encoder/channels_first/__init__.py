"""The encoder in the layout of Apple's Neural Engine: (1, C, 1, S), 1x1 convolutions, one head at a time.

Apple's rules for it: "Deploying Transformers on the Apple Neural Engine",
machinelearning.apple.com/research/neural-engine-transformers.
"""

from edge.encoder.channels_first.encoder import ChannelsFirstEncoder, convolution_names

__all__ = ["ChannelsFirstEncoder", "convolution_names"]
