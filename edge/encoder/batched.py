"""The encoder for any number of texts of any length up to S, made from the one over the rows of one text."""

from typing import Any

import torch
from torch import nn

from edge.encoder import heads
from edge.encoder.attention import SelfAttention
from edge.encoder.embeddings import Embeddings
from edge.encoder.encoder import MASK_CONSTANT, Encoder, EncoderLayer
from edge.encoder.heads import Outputs
from edge.encoder.pooling import SentencePooling


class BatchedEncoder(nn.Module):
    """An encoder that computes what `encoder` does for each of B texts, padded to a common length T of at most S.

    Position-wise layers see one tensor of B * T rows, so they are `encoder`'s own modules, quantized or not. Only
    embeddings, attention and head tell the texts apart. Names of modules are the same.

    Parameters
    ----------
    encoder
        Over the rows of one text, with separate query, key and value layers.

    Attributes
    ----------
    output_names
        Those of `encoder`, then ``last_hidden_state`` where the head pools.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.sequence_length = encoder.sequence_length
        self.input_names = encoder.input_names
        pools = isinstance(encoder.head, heads.SentenceEmbedding)
        self.output_names = (*encoder.output_names, "last_hidden_state") if pools else encoder.output_names
        self.embeddings = BatchedEmbeddings(encoder.embeddings)
        self.layers = nn.ModuleList(BatchedLayer(layer) for layer in encoder.layers if isinstance(layer, EncoderLayer))
        self.head = HEADS[type(encoder.head)](encoder.head)
        self.eval()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> Outputs:
        """Return the task's outputs for texts whose ids are int32 (B, T)."""
        hidden = self.embeddings(input_ids, token_type_ids)
        batch, length, channels = hidden.shape
        mask = attention_mask.to(hidden.dtype)
        additive_mask = (1.0 - mask).view(batch, 1, 1, length) * MASK_CONSTANT
        rows = hidden.view(-1, channels)
        for layer in self.layers:
            rows = layer(rows, additive_mask)
        outputs: Outputs = self.head(rows.view(batch, length, channels), mask)
        return outputs

    def example_inputs(self) -> tuple[torch.Tensor, ...]:
        """Return int32 inputs (2, S) for tracing: of one text, torch would make the batch a constant."""
        ones = torch.ones(2, self.sequence_length, dtype=torch.int32)
        return tuple(ones.clone() for _ in self.input_names)

    def dynamic_shapes(self) -> tuple[dict[int, Any], ...]:
        """Return the free axes of each input: any B, and T up to S."""
        batch, sequence = torch.export.Dim("batch"), torch.export.Dim("sequence", max=self.sequence_length)
        return tuple({0: batch, 1: sequence} for _ in self.input_names)


class BatchedLayer(nn.Module):
    """One layer.

    Parameters
    ----------
    layer
        Of one text.
    """

    def __init__(self, layer: EncoderLayer) -> None:
        super().__init__()
        assert isinstance(layer.attention, SelfAttention)
        self.attention = BatchedAttention(layer.attention)
        self.post_attention = layer.post_attention
        self.attention_norm = layer.attention_norm
        self.feed_forward = layer.feed_forward
        self.output_norm = layer.output_norm
        self.attention_scale = layer.attention_scale
        self.output_scale = layer.output_scale

    def forward(self, rows: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map (B * T, H) and an additive mask (B, 1, 1, T) to (B * T, H)."""
        total = self.post_attention(self.attention(rows, additive_mask)) + rows
        rows = self.attention_norm(total if self.attention_scale is None else total * self.attention_scale)
        total = self.feed_forward(rows) + rows
        result: torch.Tensor = self.output_norm(total if self.output_scale is None else total * self.output_scale)
        return result


class BatchedEmbeddings(nn.Module):
    """Sum of the embeddings of each token, normalised.

    Parameters
    ----------
    embeddings
        Of one text.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        super().__init__()
        self.word = embeddings.word
        self.position = embeddings.position
        self.token_type_difference = embeddings.token_type_difference
        self.layer_norm = embeddings.layer_norm

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor | None) -> torch.Tensor:
        """Map int32 ids (B, T) to float32 (B, T, H)."""
        hidden = self.word(input_ids) + self.position[: input_ids.shape[1]]
        if self.token_type_difference is not None and token_type_ids is not None:
            hidden = hidden + token_type_ids.unsqueeze(2).to(hidden.dtype) * self.token_type_difference
        normed: torch.Tensor = self.layer_norm(hidden)
        return normed


class BatchedAttention(nn.Module):
    """Scaled dot-product attention within each text.

    Parameters
    ----------
    attention
        Of one text; the query's values are scaled already.
    """

    def __init__(self, attention: SelfAttention) -> None:
        super().__init__()
        self.heads = attention.heads
        self.head_size = attention.head_size
        self.query = attention.query
        self.key = attention.key
        self.value = attention.value

    def forward(self, hidden: torch.Tensor, additive_mask: torch.Tensor) -> torch.Tensor:
        """Map rows (B * T, H) and an additive mask (B, 1, 1, T) to the context, (B * T, H)."""
        batch, length = additive_mask.shape[0], additive_mask.shape[3]
        query, key, value = (
            layer(hidden).view(batch, length, self.heads, self.head_size).permute(0, 2, 1, 3)
            for layer in (self.query, self.key, self.value)
        )
        probabilities = torch.softmax(torch.matmul(query, key.transpose(2, 3)) + additive_mask, dim=-1)
        context = torch.matmul(probabilities, value).permute(0, 2, 1, 3)
        return context.reshape(-1, self.heads * self.head_size)


class TokenVectors(nn.Module):
    """last_hidden_state (B, T, H)."""

    def __init__(self, head: heads.TokenVectors) -> None:
        super().__init__()

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Return the token vectors as they are."""
        return (hidden,)


class SentenceEmbedding(nn.Module):
    """sentence_embedding (B, modes * H) and last_hidden_state (B, T, H)."""

    def __init__(self, head: heads.SentenceEmbedding) -> None:
        super().__init__()
        self.pooling: SentencePooling = head.pooling

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Pool over the tokens that are not padding."""
        embedding = torch.cat([self._pool(mode, hidden, mask) for mode in self.pooling.pooling.modes], dim=-1)
        if self.pooling.pooling.normalize:
            squares = (embedding * embedding).sum(dim=-1, keepdim=True)
            embedding = embedding * torch.rsqrt(torch.clamp(squares, min=self.pooling.least_square))
        return (embedding, hidden)

    def _pool(self, mode: str, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Map (B, T, H) and the float mask (B, T) to (B, H)."""
        if mode == "cls":
            return hidden[:, 0]
        if mode == "max":
            return (hidden + (mask.unsqueeze(2) - 1.0) * 1e4).amax(dim=1)
        total = torch.bmm(mask.unsqueeze(1), hidden).squeeze(1)
        tokens = torch.clamp(mask.sum(dim=1, keepdim=True), min=self.pooling.least_count)
        return total / (tokens if mode == "mean" else torch.sqrt(tokens))


class TextClassifier(nn.Module):
    """Logits (B, labels), or (B, 1) of multiple-choice."""

    def __init__(self, head: heads.TextClassifier) -> None:
        super().__init__()
        self.pooler = head.pooler
        self.classifier = head.classifier

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Return the logits of the whole text, from its first token."""
        return (self.classifier(torch.tanh(self.pooler(hidden[:, 0]))),)


class TokenClassifier(nn.Module):
    """Logits (B, T, labels)."""

    def __init__(self, head: heads.TokenClassifier) -> None:
        super().__init__()
        self.classifier = head.classifier

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        batch, length, channels = hidden.shape
        logits = self.classifier(hidden.view(-1, channels))
        return (logits.view(batch, length, -1),)


class QuestionAnswering(nn.Module):
    """start_logits (B, T) and end_logits (B, T)."""

    def __init__(self, head: heads.QuestionAnswering) -> None:
        super().__init__()
        self.qa_outputs = head.qa_outputs

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Return the logits of the answer's first and last token."""
        batch, length, channels = hidden.shape
        logits = self.qa_outputs(hidden.view(-1, channels)).view(batch, length, 2)
        return (logits[:, :, 0], logits[:, :, 1])


class FillMask(nn.Module):
    """Logits (B, T, vocabulary)."""

    def __init__(self, head: heads.FillMask) -> None:
        super().__init__()
        self.transform = head.transform
        self.layer_norm = head.layer_norm
        self.decoder = head.decoder
        self.activation = head.activation

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Outputs:
        """Return the logits of each position."""
        batch, length, channels = hidden.shape
        logits = self.decoder(self.layer_norm(self.activation(self.transform(hidden.view(-1, channels)))))
        return (logits.view(batch, length, -1),)


# One line a head: what it is for one text, and for several.
HEADS: dict[type[nn.Module], type[nn.Module]] = {
    heads.TokenVectors: TokenVectors,
    heads.SentenceEmbedding: SentenceEmbedding,
    heads.TextClassifier: TextClassifier,
    heads.TokenClassifier: TokenClassifier,
    heads.QuestionAnswering: QuestionAnswering,
    heads.FillMask: FillMask,
}
