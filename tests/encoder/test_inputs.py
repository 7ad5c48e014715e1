"""What the encoder takes: int32 inputs of one fixed length, token types for two texts, a mask that survives float16."""

import pytest
import torch

from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.encoder import MASK_CONSTANT
from edge.errors import InputError
from edge.tasks import TASKS
from tests.checkpoints import save_bert, save_squeezebert

VARIANT = EncoderVariant()


@pytest.fixture(scope="module")
def pair_classifier(tmp_path_factory):
    return load_checkpoint(save_squeezebert(tmp_path_factory.mktemp("pair") / "model", "text-classification"))


@pytest.mark.parametrize("task", TASKS)
def test_inputs_are_int32_of_the_chosen_length(tmp_path, task):
    encoder = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model", task)), 24, VARIANT)

    inputs = encoder.example_inputs()

    assert [value.dtype for value in inputs] == [torch.int32] * len(encoder.input_names)
    assert [tuple(value.shape) for value in inputs] == [(1, 24)] * len(encoder.input_names)


@pytest.mark.parametrize("task", [task.name for task in TASKS.values() if task.segments == 2])
def test_tasks_of_two_texts_take_token_types(tmp_path, task):
    encoder = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model", task)), 8, VARIANT)

    assert encoder.input_names == ("input_ids", "attention_mask", "token_type_ids")


@pytest.mark.parametrize("task", [task.name for task in TASKS.values() if task.segments == 1])
def test_tasks_of_one_text_do_not_take_token_types(tmp_path, task):
    encoder = Encoder(load_checkpoint(save_squeezebert(tmp_path / "model", task)), 8, VARIANT)

    assert encoder.input_names == ("input_ids", "attention_mask")


def test_token_types_change_the_result(pair_classifier):
    encoder = Encoder(pair_classifier, 8, VARIANT)
    ids, mask, types = encoder.example_inputs()

    second = torch.tensor([[0, 0, 0, 0, 1, 1, 1, 1]], dtype=torch.int32)

    assert not torch.allclose(encoder(ids, mask, types)[0], encoder(ids, mask, second)[0], atol=1e-3)


def test_ids_of_padding_do_not_matter(pair_classifier):
    encoder = Encoder(pair_classifier, 8, VARIANT)
    ids, mask, types = encoder.example_inputs()
    mask[:, 5:] = 0
    other = ids.clone()
    other[:, 5:] = 77

    torch.testing.assert_close(encoder(ids, mask, types)[0], encoder(other, mask, types)[0], rtol=0, atol=1e-6)


def test_half_precision_stays_finite_with_padding(pair_classifier):
    encoder = Encoder(pair_classifier, 8, EncoderVariant(minimum_epsilon=1e-7)).half()
    ids, mask, types = encoder.example_inputs()
    mask[:, 1:] = 0

    assert torch.isfinite(encoder(ids, mask, types)[0]).all()


def test_mask_constant_is_finite_in_half_precision():
    assert torch.isfinite(torch.tensor(MASK_CONSTANT, dtype=torch.float16))


def test_epsilon_is_raised_to_what_half_precision_holds(pair_classifier):
    encoder = Encoder(pair_classifier, 8, EncoderVariant(minimum_epsilon=1e-7))

    assert encoder.layers[0].output_norm.epsilon == 1e-7


@pytest.mark.parametrize("length", [-1, 0, 1, 65])
def test_length_out_of_range_is_refused(pair_classifier, length):
    with pytest.raises(InputError, match=f"sequence length {length} is out of range.*64"):
        Encoder(pair_classifier, length, VARIANT)


def test_a_pair_needs_room_for_its_three_special_tokens(pair_classifier):
    with pytest.raises(InputError, match="serves 3 to 64"):
        pair_classifier.check_sequence_length(2)


def test_longest_and_shortest_length_work(tmp_path):
    checkpoint = load_checkpoint(save_squeezebert(tmp_path / "model", "feature-extraction"))

    assert Encoder(checkpoint, 2, VARIANT)(*Encoder(checkpoint, 2, VARIANT).example_inputs())[0].shape == (1, 2, 32)
    assert Encoder(checkpoint, 64, VARIANT)(*Encoder(checkpoint, 64, VARIANT).example_inputs())[0].shape == (1, 64, 32)


def test_two_texts_need_two_token_types(tmp_path):
    checkpoint = load_checkpoint(save_bert(tmp_path / "model", config={"type_vocab_size": 1}))

    with pytest.raises(InputError, match="type_vocab_size is 1, but text-classification needs 2"):
        Encoder(checkpoint, 8, VARIANT)
