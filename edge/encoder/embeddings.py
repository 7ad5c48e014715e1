"""Word, position and token type embeddings."""

import torch
from torch import nn

from edge.encoder.layer_norm import LayerNorm
from edge.encoder.row_count import row_count


class Embeddings(nn.Module):
    """Sum of the three embeddings of each token, normalised.

    Only the words need a lookup: positions are fixed, so their rows and those of token type 0 fold into one
    constant, and token type 1 is that constant plus a difference.

    Parameters
    ----------
    word
        Shape (vocabulary, H), float32.
    position
        Shape (at least S, H), float32; the first S rows are used.
    token_type
        Shape (at least `segments`, H), float32.
    layer_norm
        Applied to the sum.
    sequence_length
        S.
    segments
        1, or 2 where token type ids are an input.
    """

    def __init__(
        self,
        word: torch.Tensor,
        position: torch.Tensor,
        token_type: torch.Tensor,
        layer_norm: LayerNorm,
        sequence_length: int,
        segments: int,
    ) -> None:
        super().__init__()
        self.word = nn.Embedding.from_pretrained(word.detach().clone(), freeze=True)
        self.position = nn.Parameter(position[:sequence_length] + token_type[0], requires_grad=False)
        self.token_type_difference = (
            nn.Parameter(token_type[1:2] - token_type[0:1], requires_grad=False) if segments == 2 else None
        )
        self.layer_norm = layer_norm

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor | None) -> torch.Tensor:
        """Map int32 or int64 ids (1, S) to float32 (S, H)."""
        rows, channels = self.position.shape
        position: torch.Tensor = self.position
        if isinstance(input_ids.shape[1], torch.SymInt):
            rows, position = row_count(input_ids, 1), position[: input_ids.shape[1]]
        hidden = self.word(input_ids).view(rows, channels) + position
        if self.token_type_difference is not None and token_type_ids is not None:
            hidden = hidden + token_type_ids.view(rows, 1).to(hidden.dtype) * self.token_type_difference
        return self.layer_norm(hidden)
