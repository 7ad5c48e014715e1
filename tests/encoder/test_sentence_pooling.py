"""Pooling of token vectors to a sentence embedding, as sentence-transformers defines the modes."""

import pytest
import torch

from edge.checkpoint import Pooling
from edge.encoder.pooling import SentencePooling

TOKENS = torch.tensor([[3.0, -1.0], [1.0, -5.0], [2.0, -3.0], [2.0, -7.0]])
PADDING = torch.tensor([[100.0, 100.0], [-100.0, 50.0]])
HIDDEN = torch.cat([TOKENS, PADDING])
MASK = torch.tensor([[1, 1, 1, 1, 0, 0]], dtype=torch.int32)


def pooled(*modes, normalize=False):
    return SentencePooling(Pooling(modes, normalize))(HIDDEN, MASK)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("cls", [3.0, -1.0]),
        ("mean", [2.0, -4.0]),
        ("max", [3.0, -1.0]),
        ("mean_sqrt_len", [4.0, -8.0]),
    ],
)
def test_padding_does_not_count(mode, expected):
    torch.testing.assert_close(pooled(mode), torch.tensor([expected]))


def test_several_modes_are_concatenated_in_order():
    torch.testing.assert_close(pooled("mean", "cls"), torch.tensor([[2.0, -4.0, 3.0, -1.0]]))


def test_normalized_embedding_has_unit_length():
    torch.testing.assert_close(pooled("mean", normalize=True), torch.tensor([[2.0, -4.0]]) / 20**0.5)


def test_normalizing_zeros_gives_zeros():
    zeros = SentencePooling(Pooling(("mean",), normalize=True))(torch.zeros(6, 2), MASK)

    assert torch.equal(zeros, torch.zeros(1, 2))
