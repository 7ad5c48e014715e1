"""Lookup tables in int8, one scale for each row."""

import torch
from torch import nn

from quantize.embedding import DelegatedEmbedding, QuantizedEmbedding, quantize_embeddings

TABLE = torch.randn(50, 16, generator=torch.Generator().manual_seed(0))
IDS = torch.tensor([[3, 49, 0, 3]], dtype=torch.int32)


def test_rows_are_close_to_the_float_table():
    found = QuantizedEmbedding(TABLE)(IDS)

    half_a_scale = TABLE.abs().amax(dim=1) / 127 / 2
    assert found.shape == (1, 4, 16)
    assert ((found - TABLE[IDS.long()]).abs() <= half_a_scale[IDS.long()][..., None] * 1.001).all()


def test_a_row_with_large_values_does_not_blur_the_others():
    table = TABLE.clone()
    table[7] *= 1e6

    assert torch.equal(QuantizedEmbedding(table)(IDS), QuantizedEmbedding(TABLE)(IDS))


def test_table_is_stored_in_int8():
    stored = QuantizedEmbedding(TABLE).state_dict()

    assert {name: value.dtype for name, value in stored.items()} == {"values": torch.int8, "scales": torch.float32}


def test_every_embedding_of_a_model_is_replaced():
    model = nn.Sequential(nn.Embedding(4, 2), nn.Sequential(nn.Embedding(4, 2), nn.Linear(2, 2)))

    quantize_embeddings(model)

    assert not any(isinstance(module, nn.Embedding) for module in model.modules())
    assert sum(isinstance(module, QuantizedEmbedding) for module in model.modules()) == 2


def test_the_form_for_delegates_computes_the_same():
    assert torch.equal(DelegatedEmbedding(TABLE)(IDS), QuantizedEmbedding(TABLE)(IDS))
