"""The numbers of a checkpoint's config.json that shape the encoder."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelConfig:
    """Shape of a SqueezeBERT encoder; a dense BERT is one with all groups equal to 1.

    Attributes
    ----------
    layer_norm_eps
        Epsilon of the layer norms inside the encoder layers. transformers' SqueezeBERT ignores the configured
        value there and uses 1e-12.
    embedding_layer_norm_eps
        Epsilon of the embeddings' (and the fill-mask head's) layer norm.
    hidden_act
        ``gelu``, ``gelu_pytorch_tanh`` or ``relu``; other names of these in config.json are replaced.
    """

    model_type: str
    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int
    hidden_act: str
    layer_norm_eps: float
    embedding_layer_norm_eps: float
    q_groups: int
    k_groups: int
    v_groups: int
    post_attention_groups: int
    intermediate_groups: int
    output_groups: int
