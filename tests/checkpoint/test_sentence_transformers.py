"""Folders of sentence-transformers: pooling, normalisation and length."""

import json

import pytest

from edge.checkpoint import Pooling, load_checkpoint
from tests.checkpoints import change_json, save_bert, save_sentence_transformer, save_squeezebert, write_json


def set_modules(directory, *types):
    modules = [{"path": "" if index == 0 else f"{index}_Pooling", "type": kind} for index, kind in enumerate(types)]
    write_json(directory / "modules.json", modules)


@pytest.mark.parametrize(
    ("described", "modes"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, ("mean",)),
        ({"pooling_mode_cls_token": True}, ("cls",)),
        ({"pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": True}, ("max", "mean")),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, ("mean_sqrt_len",)),
        ({"pooling_mode": "mean"}, ("mean",)),
        ({"pooling_mode": "mean_sqrt_len_tokens", "pooling_mode_cls_token": True}, ("mean_sqrt_len",)),
        ({"pooling_mode": ["mean", "cls"]}, ("mean", "cls")),
        ({"word_embedding_dimension": 32}, ("mean",)),
    ],
)
def test_both_spellings_of_pooling_are_read(tmp_path, described, modes):
    directory = save_sentence_transformer(tmp_path / "model", described)

    assert load_checkpoint(directory).pooling == Pooling(modes, normalize=True)


def test_normalisation_is_optional(tmp_path):
    pooling = load_checkpoint(save_sentence_transformer(tmp_path / "model", normalize=False)).pooling

    assert pooling == Pooling(("mean",), normalize=False)


def test_classes_of_newer_versions_are_known(tmp_path):
    directory = save_sentence_transformer(tmp_path / "model")
    set_modules(
        directory,
        "sentence_transformers.base.modules.transformer.Transformer",
        "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
    )

    assert load_checkpoint(directory).pooling == Pooling(("mean",), normalize=False)


def test_encoder_may_be_in_a_folder_of_its_own(tmp_path):
    directory = save_sentence_transformer(tmp_path / "model", encoder_folder="0_Transformer")

    checkpoint = load_checkpoint(directory)

    assert checkpoint.name == "model"
    assert checkpoint.directory == directory / "0_Transformer"
    assert checkpoint.pooling == Pooling(("mean",), normalize=True)
    assert checkpoint.max_length == 32


def test_plain_folder_has_no_pooling(tmp_path):
    assert load_checkpoint(save_bert(tmp_path / "model", "feature-extraction")).pooling is None


def test_other_tasks_ignore_pooling_and_its_length(tmp_path):
    directory = save_sentence_transformer(tmp_path / "model", {"pooling_mode": "lasttoken"})
    save_squeezebert(directory, "text-classification")

    checkpoint = load_checkpoint(directory)

    assert (checkpoint.pooling, checkpoint.max_length) == (None, 64)


@pytest.mark.parametrize(("configured", "expected"), [(16, 16), (64, 64), (512, 64), (None, 64)])
def test_sequence_length_is_never_above_the_positions(tmp_path, configured, expected):
    directory = save_sentence_transformer(tmp_path / "model")
    change_json(directory / "sentence_bert_config.json", max_seq_length=configured)

    assert load_checkpoint(directory).max_length == expected


@pytest.mark.parametrize(("configured", "expected"), [(24, 24), (int(1e30), 64), (None, 64)])
def test_sequence_length_of_newer_versions_is_the_tokenizers(tmp_path, configured, expected):
    directory = save_sentence_transformer(tmp_path / "model")
    write_json(directory / "sentence_bert_config.json", {"transformer_task": "feature-extraction"})
    change_json(directory / "tokenizer_config.json", model_max_length=configured)

    assert load_checkpoint(directory).max_length == expected


@pytest.mark.parametrize("mode", ["weightedmean", "lasttoken", "median", 3])
def test_unsupported_pooling_is_refused(tmp_path, refusal, mode):
    directory = save_sentence_transformer(tmp_path / "model", {"pooling_mode": ["mean", mode]})

    assert f"1_Pooling/config.json: pooling mode {mode!r} is not supported" in refusal(directory)


def test_unsupported_pooling_flag_is_refused(tmp_path, refusal):
    directory = save_sentence_transformer(tmp_path / "model", {"pooling_mode_weightedmean_tokens": True})

    assert "pooling mode 'weightedmean' is not supported" in refusal(directory)


@pytest.mark.parametrize(
    "kinds",
    [
        ["Transformer"],
        ["Pooling", "Transformer"],
        ["Transformer", "Normalize", "Pooling"],
        ["Transformer", "Pooling", "Dense", "Normalize"],
        ["Transformer", "Pooling", "Normalize", "Normalize"],
    ],
)
def test_other_sequences_of_modules_are_refused(tmp_path, refusal, kinds):
    directory = save_sentence_transformer(tmp_path / "model")
    set_modules(directory, *(f"sentence_transformers.models.{kind}" for kind in kinds))
    (directory / "1_Pooling").rename(directory / "pooling")
    for file in directory.iterdir():
        if file.is_file() and kinds[0] != "Transformer":
            (directory / "1_Pooling").mkdir(exist_ok=True)
            (directory / "1_Pooling" / file.name).write_bytes(file.read_bytes())

    assert f"modules {', '.join(map(repr, kinds))} are not supported" in refusal(directory)


def test_someone_elses_module_is_refused(tmp_path, refusal):
    directory = save_sentence_transformer(tmp_path / "model")
    set_modules(directory, "sentence_transformers.models.Transformer", "custom_code.Pooling")

    assert "'custom_code.Pooling' are not supported" in refusal(directory)


@pytest.mark.parametrize("path", ["../other", "/etc", "a/../../b", "..\\other"])
def test_module_outside_the_folder_is_refused(tmp_path, refusal, path):
    directory = save_sentence_transformer(tmp_path / "model")
    modules = json.loads((directory / "modules.json").read_text())
    modules[1]["path"] = path
    write_json(directory / "modules.json", modules)

    assert "correct it to a folder inside the model's" in refusal(directory)


@pytest.mark.parametrize("content", [{}, [], [3], [{}], "text"])
def test_malformed_modules_are_refused(tmp_path, refusal, content):
    directory = save_sentence_transformer(tmp_path / "model")
    write_json(directory / "modules.json", content)

    assert refusal(directory).startswith(f"{directory / 'modules.json'}: ")


@pytest.mark.parametrize(
    "described", [{"embedding_dimension": 64}, {"pooling_mode": []}, {"pooling_mode_cls_token": 1}]
)
def test_malformed_pooling_is_refused(tmp_path, refusal, described):
    directory = save_sentence_transformer(tmp_path / "model", described)

    assert refusal(directory).startswith(f"{directory / '1_Pooling' / 'config.json'}: ")


def test_missing_pooling_file_is_named(tmp_path, refusal):
    directory = save_sentence_transformer(tmp_path / "model")
    (directory / "1_Pooling" / "config.json").unlink()

    assert f"{directory / '1_Pooling' / 'config.json'}: no such file" in refusal(directory)
