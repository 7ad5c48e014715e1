"""The rewritten, export-ready encoder: one length, batch 1."""

import torch
from torch import nn

from edge.checkpoint import Checkpoint
from edge.encoder.attention import attention_part
from edge.encoder.embeddings import Embeddings
from edge.encoder.feed_forward import FeedForward
from edge.encoder.grouped_linear import GroupedLinear
from edge.encoder.heads import Outputs, build_head
from edge.encoder.layer_norm import LayerNorm
from edge.encoder.variant import EncoderVariant
from edge.errors import InputError

# Added to the scores of padding. It must survive float16 (largest value 65504), which finfo(float32).min does not.
MASK_CONSTANT = -1e4


class EncoderLayer(nn.Module):
    """One layer: attention, post-attention layer, feed-forward part, each sum normalised."""

    def __init__(self, checkpoint: Checkpoint, index: int, variant: EncoderVariant) -> None:
        super().__init__()
        config, weights = checkpoint.config, checkpoint.weights
        prefix = f"encoder.layers.{index}"

        def convolution(name: str, groups: int) -> tuple[torch.Tensor, torch.Tensor, int]:
            return weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"], groups

        def norm(name: str) -> LayerNorm:
            weight, bias = weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"]
            return LayerNorm(weight, bias, config.layer_norm_eps, variant)

        self.attention = attention_part(
            convolution("attention.query", config.q_groups),
            convolution("attention.key", config.k_groups),
            convolution("attention.value", config.v_groups),
            config.num_attention_heads,
            variant.fused_projections,
        )
        self.post_attention = GroupedLinear(*convolution("post_attention.conv1d", config.post_attention_groups))
        self.attention_norm = norm("post_attention.layernorm")
        self.feed_forward = FeedForward(
            convolution("intermediate.conv1d", config.intermediate_groups),
            convolution("output.conv1d", config.output_groups),
            config.hidden_act,
        )
        self.output_norm = norm("output.layernorm")
        # Set by quantize.equalization: what both terms of each sum were divided by, shape (H,).
        self.attention_scale: nn.Parameter | None = None
        self.output_scale: nn.Parameter | None = None

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (S, H) to (S, H)."""
        total = self.post_attention(self.attention(hidden, additive_mask)) + hidden
        hidden = self.attention_norm(total if self.attention_scale is None else total * self.attention_scale)
        total = self.feed_forward(hidden) + hidden
        return self.output_norm(total if self.output_scale is None else total * self.output_scale)


class Encoder(nn.Module):
    """A checkpoint's encoder and head for one sequence length.

    Inputs are int32 or int64 tensors of shape (1, S) in the order of `input_names`; outputs are float32 tensors in the
    order of `output_names`. An export may leave S open below `sequence_length`.

    Parameters
    ----------
    checkpoint
        Weights, configuration and task.
    sequence_length
        S, at most the checkpoint's ``max_length``.
    variant
        The backend family's form.

    Raises
    ------
    InputError
        If the length is out of range, or a task of two texts meets a checkpoint with one token type.
    """

    def __init__(self, checkpoint: Checkpoint, sequence_length: int, variant: EncoderVariant) -> None:
        super().__init__()
        config, weights, task = checkpoint.config, checkpoint.weights, checkpoint.task
        checkpoint.check_sequence_length(sequence_length)
        if task.segments > config.type_vocab_size:
            raise InputError(
                f"{checkpoint.name}: type_vocab_size is {config.type_vocab_size}, but {task.name} needs 2 token types"
            )
        self.sequence_length = sequence_length
        self.input_names = ("input_ids", "attention_mask", "token_type_ids")[: task.segments + 1]
        self.output_names = ("sentence_embedding",) if checkpoint.pooling else task.outputs
        self.embeddings = Embeddings(
            weights["embeddings.word_embeddings.weight"],
            weights["embeddings.position_embeddings.weight"],
            weights["embeddings.token_type_embeddings.weight"],
            LayerNorm(
                weights["embeddings.LayerNorm.weight"],
                weights["embeddings.LayerNorm.bias"],
                config.embedding_layer_norm_eps,
                variant,
            ),
            sequence_length,
            task.segments,
        )
        self.layers = nn.ModuleList(EncoderLayer(checkpoint, i, variant) for i in range(config.num_hidden_layers))
        self.head = build_head(checkpoint, variant)
        self.eval()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> Outputs:
        """Return the task's outputs for one example."""
        hidden = self.embeddings(input_ids, token_type_ids)
        additive_mask = (1.0 - attention_mask.to(hidden.dtype).view(1, 1, -1)) * MASK_CONSTANT
        for layer in self.layers:
            hidden = layer(hidden, additive_mask)
        return self.head(hidden, attention_mask)

    def example_inputs(self, dtype: torch.dtype = torch.int32) -> tuple[torch.Tensor, ...]:
        """Return inputs (1, S) of type `dtype` for tracing."""
        ones = torch.ones(1, self.sequence_length, dtype=dtype)
        return tuple(ones.clone() for _ in self.input_names)
