"""From the name of a constant to its layer, for the two ways in which converters name them.

`UNNAMED` is what a converter gave a number for a name; `OTHER` has a name that is none of the encoder's.
"""

import re

WORD_EMBEDDINGS = "word embeddings"
POSITION_EMBEDDINGS = "position embeddings"
EMBEDDINGS = "embeddings"
HEAD = "head"
OTHER = "other"
UNNAMED = "unnamed"

_LAYER_PARAMETER = re.compile(r"layers_(\d+)_")
_PARAMETER_PREFIXES = {
    "embeddings_word_": WORD_EMBEDDINGS,
    "embeddings_position": POSITION_EMBEDDINGS,
    "embeddings_": EMBEDDINGS,
    "head_": HEAD,
}
_NUMBERED = re.compile(r"(val|var|op|const)_\d+(_to_fp16)?(_quantized)?|arith\.constant\d*")

_LAYER_MODULE = re.compile(r"\.EncoderLayer_(\d+)[/;]")
_MODULES = {
    "Embeddings_embeddings/torch.nn.modules.sparse.Embedding_word": WORD_EMBEDDINGS,
    "Embeddings_embeddings/quantize.embedding.QuantizedEmbedding_word": WORD_EMBEDDINGS,
    "Embeddings_embeddings": EMBEDDINGS,
    "_head": HEAD,
}


def layer_of_parameter(name: str) -> str:
    """Return the layer of a name made from the encoder's parameters.

    Parameters
    ----------
    name
        Such as ``layers.0.attention.query.groups.0.weight_uint8`` (ONNX) or
        ``layers_0_attention_query_groups_0_weight_to_fp16`` (Core ML).
    """
    flat = name.replace(".", "_")
    if layer := _LAYER_PARAMETER.match(flat):
        return f"layer {layer[1]}"
    if _NUMBERED.fullmatch(name):
        return UNNAMED
    return next((layer for prefix, layer in _PARAMETER_PREFIXES.items() if flat.startswith(prefix)), OTHER)


def layer_of_module_path(name: str) -> str:
    """Return the layer of a name made from the path of the module that uses the tensor.

    Parameters
    ----------
    name
        Such as ``...Encoder_encoder/...EncoderLayer_0/...LayerNorm_output_norm;1`` (LiteRT); where LiteRT shares one
        tensor among modules, their paths follow each other.
    """
    if _NUMBERED.fullmatch(name):
        return UNNAMED
    if layers := set(_LAYER_MODULE.findall(name)):
        return f"layer {layers.pop()}" if len(layers) == 1 else OTHER
    return next((layer for module, layer in _MODULES.items() if re.search(rf"{re.escape(module)}[/;]", name)), OTHER)


def layer_order(layer: str) -> tuple[int, int, str]:
    """Return a sort key that puts layers in the order of the model."""
    first, last = (WORD_EMBEDDINGS, POSITION_EMBEDDINGS, EMBEDDINGS), (HEAD, OTHER, UNNAMED)
    if layer in first:
        return 0, first.index(layer), layer
    if layer in last:
        return 2, last.index(layer), layer
    number = re.search(r"\d+", layer)
    return 1, int(number[0]) if number else 0, layer
