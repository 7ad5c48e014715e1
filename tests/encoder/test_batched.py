"""The encoder for several texts of any length computes what the one for a single padded text does."""

import numpy as np
import pytest
import torch

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.batched import BatchedEncoder
from edge.golden import select_positions
from edge.model_inputs import pad_inputs
from edge.tasks import TASKS
from tests.checkpoints import save_bert, save_sentence_transformer, save_squeezebert

LENGTH = 16
TEXTS = ([2, 10, 44, 150, 99, 3], [2, 77, 3], [2, 9, 8, 7, 6, 3, 12, 13, 3])

EVERY_POOLING = {
    "pooling_mode_cls_token": True,
    "pooling_mode_max_tokens": True,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_mean_sqrt_len_tokens": True,
}


def types(ids):
    """Return token types with a second text behind the fourth token."""
    return [int(position > 3) for position in range(len(ids))]


def alone(encoder, ids):
    arrays = pad_inputs(ids, types(ids), encoder.input_names, LENGTH, 0)
    with torch.no_grad():
        outputs = encoder(*(torch.from_numpy(arrays[name]) for name in encoder.input_names))
    return {name: value.numpy() for name, value in zip(encoder.output_names, outputs, strict=True)}


def together(encoder, length):
    rows = [pad_inputs(ids, types(ids), encoder.input_names, length, 0) for ids in TEXTS]
    arrays = (np.concatenate([row[name] for row in rows]) for name in encoder.input_names)
    with torch.no_grad():
        outputs = encoder(*(torch.from_numpy(array) for array in arrays))
    return {name: value.numpy() for name, value in zip(encoder.output_names, outputs, strict=True)}


def compare(encoder, positions):
    batched = BatchedEncoder(encoder)
    for length in (max(map(len, TEXTS)), LENGTH):
        found = together(batched, length)
        for row, ids in enumerate(TEXTS):
            kept = tuple(range(len(ids))) if positions else None
            one = {name: found[name][row : row + 1] for name in encoder.output_names}
            expected = select_positions(alone(encoder, ids), kept)
            for name, value in select_positions(one, kept).items():
                np.testing.assert_allclose(value, expected[name], atol=1e-5)


@pytest.mark.parametrize("save", [save_squeezebert, save_bert])
@pytest.mark.parametrize("task", TASKS)
def test_texts_of_a_batch_do_not_see_each_other_nor_padding(task, save, tmp_path):
    encoder = Encoder(load_checkpoint(save(tmp_path / "model", task)), LENGTH, EncoderVariant())

    compare(encoder, positions=TASKS[task].positions != "one")


def test_every_pooling(tmp_path):
    folder = save_sentence_transformer(tmp_path / "model", pooling=EVERY_POOLING)
    encoder = Encoder(load_checkpoint(folder), LENGTH, EncoderVariant())

    compare(encoder, positions=False)


def test_sentence_encoder_gives_the_tokens_vectors_too(tmp_path):
    encoder = Encoder(load_checkpoint(save_sentence_transformer(tmp_path / "model")), LENGTH, EncoderVariant())

    found = together(BatchedEncoder(encoder), LENGTH)

    assert list(found) == ["sentence_embedding", "last_hidden_state"]
    assert found["last_hidden_state"].shape == (len(TEXTS), LENGTH, 32)


def test_more_tokens_than_positions_are_an_error(tmp_path):
    encoder = Encoder(load_checkpoint(save_bert(tmp_path / "model")), LENGTH, EncoderVariant())

    with pytest.raises(RuntimeError):
        together(BatchedEncoder(encoder), LENGTH + 1)
