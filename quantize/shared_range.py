"""Which inputs and outputs of linear layers share one range: those that are parts of one tensor.

Groups read slices of one tensor and write slices of another. With one range for the whole it is quantized once, and its
int8 form is cut and put together without a way through float. Queries, keys and values share a range too: their layers
can be one layer then.
"""

import re

_PROJECTION = re.compile(r"\.attention\.(query|key|value)\.groups\.\d+$")
_GROUP = re.compile(r"\.groups\.\d+$")
_NEURONS = re.compile(r"\.feed_forward\.(intermediate\.groups\.\d+|outliers\.intermediate)$")


def read_tensor(layer: str) -> str:
    """Return a name for the tensor that `layer`, for example ``layers.0.attention.key.groups.1``, reads a part of."""
    if ".feed_forward.output.groups." in layer:
        # The neurons of the groups are never put together.
        return layer
    return _GROUP.sub("", _NEURONS.sub(".feed_forward", _PROJECTION.sub(".attention", layer)))


def written_tensor(layer: str) -> str:
    """Return a name for the tensor that `layer` writes a part of."""
    if _NEURONS.search(layer):
        return layer
    return _GROUP.sub("", _PROJECTION.sub(".attention.projections", layer))
