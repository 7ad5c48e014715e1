"""From a dense BERT to a SqueezeBERT with grouped convolutions."""

import torch
from transformers import BertModel, SqueezeBertConfig, SqueezeBertModel

# As in squeezebert-uncased: the post-attention layer mixes all channels, the others do not.
GROUPS = {
    "q_groups": 4,
    "k_groups": 4,
    "v_groups": 4,
    "post_attention_groups": 1,
    "intermediate_groups": 4,
    "output_groups": 4,
}

# SqueezeBERT's module, BERT's module, and the field with its groups, for one layer.
CONVOLUTIONS = (
    ("attention.query", "attention.self.query", "q_groups"),
    ("attention.key", "attention.self.key", "k_groups"),
    ("attention.value", "attention.self.value", "v_groups"),
    ("post_attention.conv1d", "attention.output.dense", "post_attention_groups"),
    ("intermediate.conv1d", "intermediate.dense", "intermediate_groups"),
    ("output.conv1d", "output.dense", "output_groups"),
)
NORMS = (
    ("post_attention.layernorm", "attention.output.LayerNorm"),
    ("output.layernorm", "output.LayerNorm"),
)


def grouped_config(dense: BertModel, **fields: object) -> SqueezeBertConfig:
    """Return a SqueezeBERT configuration of the same sizes as `dense`, with `GROUPS`."""
    sizes = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    sizes += ("max_position_embeddings", "type_vocab_size")
    config = {name: getattr(dense.config, name) for name in sizes}
    return SqueezeBertConfig(**config, embedding_size=dense.config.hidden_size, **GROUPS, **fields)


@torch.no_grad()
def start_from_dense(student: SqueezeBertModel, dense: BertModel) -> None:
    """Fill `student` from `dense`: each grouped convolution takes the diagonal blocks of the dense matrix."""
    student.embeddings.load_state_dict(dense.embeddings.state_dict())
    if student.pooler is not None and dense.pooler is not None:
        student.pooler.load_state_dict(dense.pooler.state_dict())
    for grouped_layer, dense_layer in zip(student.encoder.layers, dense.encoder.layer, strict=True):
        for grouped_name, dense_name, groups in CONVOLUTIONS:
            convolution = grouped_layer.get_submodule(grouped_name)
            linear = dense_layer.get_submodule(dense_name)
            blocks = diagonal_blocks(linear.weight, getattr(student.config, groups))
            convolution.weight.copy_(blocks.unsqueeze(-1))
            convolution.bias.copy_(linear.bias)
        for grouped_name, dense_name in NORMS:
            grouped_layer.get_submodule(grouped_name).load_state_dict(
                dense_layer.get_submodule(dense_name).state_dict()
            )


def diagonal_blocks(weight: torch.Tensor, groups: int) -> torch.Tensor:
    """Return the blocks on the diagonal of `weight` (out, in), one below the other: (out, in / groups)."""
    rows, columns = weight.chunk(groups), weight.shape[1] // groups
    return torch.cat([row[:, group * columns : (group + 1) * columns] for group, row in enumerate(rows)])
