"""Pruning: which tokens stay, and that the pruned checkpoint computes the same for texts of these tokens."""

import json
import shutil

import hypothesis
import hypothesis.strategies as st
import pytest
import safetensors.torch
import torch
import transformers

from edge.checkpoint import load_checkpoint
from edge.errors import InputError
from edge.tokenizer import Tokenizer
from edge.vocabulary import prune_vocabulary
from tests.checkpoints import (
    CHARACTERS,
    VOCABULARY,
    change_json,
    save_bert,
    save_sentence_transformer,
    save_squeezebert,
    saved_model,
)

TEXTS = ["transfer money to my bank account", "play the song", "set an alarm", "pay my bank bill"] * 3
# [PAD] ... [MASK], 68 characters, and continuations of the 36 that are not words of their own.
LEAST = 5 + 68 + 36
KEEP = 130
# Special ids as of BERT: behind unused tokens, and far from the first rows.
BERT_ORDER = (
    *("[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused2]"),
    *VOCABULARY[5:],
)


@pytest.fixture
def prune(tmp_path):
    """Return a function that prunes a folder and returns the result."""

    def run(source, keep=KEEP, texts=TEXTS, name="pruned"):
        return prune_vocabulary(load_checkpoint(source), texts, keep, tmp_path / name)

    return run


def outputs(directory, text, tokenizer=None):
    """Return what transformers' own model and tokenizer of a folder compute."""
    encode = transformers.AutoTokenizer.from_pretrained(tokenizer or directory)
    with torch.inference_mode():
        return saved_model(directory)(**encode(text, return_tensors="pt"))[0]


def stored(directory):
    return safetensors.torch.load_file(directory / "model.safetensors")


@pytest.mark.parametrize(
    ("save", "options"),
    [
        (save_squeezebert, {}),
        (save_bert, {}),
        (save_bert, {"safetensors": False}),
        (save_squeezebert, {"shard_size": "20KB"}),
        (save_squeezebert, {"safetensors": False, "shard_size": "20KB", "vocab_rows": 208}),
        (save_bert, {"vocabulary": BERT_ORDER}),
    ],
    ids=["squeezebert", "bert", "pytorch", "shards", "pytorch-shards-padded-rows", "special-ids-inside"],
)
def test_texts_of_kept_tokens_have_the_same_outputs(tmp_path, prune, save, options):
    source = save(tmp_path / "original", **options)

    pruned = prune(source)

    assert (pruned.tokens_before, pruned.tokens_after) == (len(options.get("vocabulary", VOCABULARY)), KEEP)
    assert load_checkpoint(pruned.directory).config.vocab_size == KEEP
    for text in TEXTS[:4]:
        torch.testing.assert_close(outputs(pruned.directory, text), outputs(source, text), rtol=0, atol=1e-6)


def test_frequent_tokens_stay_then_the_lowest_ids(tmp_path, prune):
    pruned = prune(save_bert(tmp_path / "original"), keep=LEAST + 4)

    words = Tokenizer(pruned.directory).vocabulary[LEAST:]

    # 'my' and 'bank' occur twice as often as the rest; of that, the lowest ids.
    assert words == ["the", "to", "my", "bank"]


def test_unseen_words_split_instead_of_becoming_unknown(tmp_path, prune):
    tokenizer = Tokenizer(prune(save_bert(tmp_path / "original"), keep=LEAST).directory)

    ids = tokenizer.encode(("Hotel, now",), 64).input_ids

    pieces = ["h", "##o", "##t", "##e", "##l", ",", "n", "##o", "##w"]
    assert [tokenizer.token(index) for index in ids] == ["[CLS]", *pieces, "[SEP]"]


def test_letters_of_scripts_that_the_texts_lack_go_first(tmp_path, prune):
    vocabulary = (*VOCABULARY[:5], "я", "##я", "東", *VOCABULARY[5:], "да")
    source = save_bert(tmp_path / "original", vocabulary=vocabulary)

    latin = Tokenizer(prune(source, keep=len(VOCABULARY) - 1, name="latin").directory).vocabulary
    cyrillic = Tokenizer(prune(source, keep=LEAST + 2, texts=["ядро"], name="cyrillic").directory).vocabulary

    assert not {"я", "##я", "東", "да"} & set(latin)
    assert {"я", "##я"} <= set(cyrillic)


def test_unused_tokens_and_padding_rows_never_stay(tmp_path, prune):
    source = save_bert(tmp_path / "original", vocabulary=BERT_ORDER, vocab_rows=len(BERT_ORDER) + 6)

    pruned = prune(source, keep=len(VOCABULARY))

    assert Tokenizer(pruned.directory).vocabulary == list(VOCABULARY)
    assert stored(pruned.directory)["bert.embeddings.word_embeddings.weight"].shape[0] == len(VOCABULARY)


def test_special_ids_are_right_wherever_they_stand(tmp_path, prune):
    source = save_bert(tmp_path / "original", vocabulary=BERT_ORDER[1:] + BERT_ORDER[:1], config={"pad_token_id": 199})
    decoder = {"2": {"content": "[UNK]", "special": True}, "0": {"content": "[unused0]", "special": True}}
    change_json(source / "tokenizer_config.json", added_tokens_decoder=decoder)
    state = json.loads((source / "tokenizer.json").read_text())
    state["padding"] = {**PADDING, "pad_id": len(BERT_ORDER) - 1}
    change_json(source / "tokenizer.json", **state)

    directory = prune(source).directory

    expected = {"unk": 0, "cls": 1, "sep": 2, "mask": 3, "pad": KEEP - 1}
    assert Tokenizer(directory).special_ids == expected
    assert json.loads((directory / "config.json").read_text())["pad_token_id"] == KEEP - 1
    assert json.loads((directory / "tokenizer.json").read_text())["padding"]["pad_id"] == KEEP - 1
    written = json.loads((directory / "tokenizer_config.json").read_text())
    assert written["added_tokens_decoder"] == {"0": decoder["2"]}
    encode = transformers.AutoTokenizer.from_pretrained(directory)
    assert encode("my [MASK]").input_ids == list(Tokenizer(directory).encode(("my [MASK]",), 9).input_ids)
    assert (encode.pad_token_id, encode.mask_token_id) == (expected["pad"], expected["mask"])


PADDING = {
    "strategy": "BatchLongest",
    "direction": "Right",
    "pad_to_multiple_of": None,
    "pad_type_id": 0,
    "pad_token": "[PAD]",
}


@pytest.mark.parametrize("save", [save_squeezebert, save_bert])
@pytest.mark.parametrize(
    "options",
    [{}, {"safetensors": False}, {"config": {"tie_word_embeddings": False}}],
    ids=["tied", "tied-pytorch", "untied"],
)
def test_decoder_of_fill_mask_follows(tmp_path, prune, save, options):
    source = save(tmp_path / "original", "fill-mask", **options)

    pruned = prune(source)

    text = "transfer my [MASK] to the bank"
    before, after = outputs(source, text), outputs(pruned.directory, text)
    torch.testing.assert_close(after, before[..., list(pruned.kept_ids)], rtol=0, atol=1e-6)
    weights, original = load_checkpoint(pruned.directory).weights, load_checkpoint(source).weights
    for name in ("cls.predictions.decoder.weight", "cls.predictions.bias", "embeddings.word_embeddings.weight"):
        assert torch.equal(weights[name], original[name][list(pruned.kept_ids)])


def test_types_stay_as_stored_and_other_tensors_untouched(tmp_path, prune):
    source = save_squeezebert(tmp_path / "original", dtype=torch.float16)

    before, after = stored(source), stored(prune(source).directory)

    assert before.keys() == after.keys()
    for name in before:
        assert after[name].dtype == torch.float16
        assert torch.equal(after[name], before[name]) or name.endswith("word_embeddings.weight")


@pytest.mark.parametrize("folder", ["", "0_Transformer"])
def test_sentence_transformers_files_stay(tmp_path, prune, folder):
    source = save_sentence_transformer(tmp_path / "original", encoder_folder=folder)

    before, after = load_checkpoint(source), load_checkpoint(prune(source).directory)

    assert (after.pooling, after.max_length) == (before.pooling, 32)
    assert after.directory == after.root / folder


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json"])
def test_either_vocabulary_is_enough_and_keeps_its_normalization(tmp_path, prune, name):
    source = save_bert(tmp_path / "original")
    for other in {"vocab.txt", "tokenizer.json"} - {name}:
        (source / other).unlink()
    if name == "vocab.txt":
        change_json(source / "tokenizer_config.json", do_lower_case=False)

    directory = prune(source).directory

    tokenizer, original = Tokenizer(directory), Tokenizer(source)
    assert tokenizer.lowercase == original.lowercase == (name == "tokenizer.json")
    ids = [encoder.encode(("my bank",), 9).input_ids for encoder in (tokenizer, original)]
    assert [tokenizer.token(index) for index in ids[0]] == [original.token(index) for index in ids[1]]
    assert json.loads((directory / "tokenizer_config.json").read_text())["model_max_length"] == 64


def test_added_tokens_stay(tmp_path, prune):
    source = save_bert(tmp_path / "original", vocab_rows=208)
    added = json.loads((source / "tokenizer.json").read_text())["added_tokens"]
    change_json(source / "tokenizer.json", added_tokens=[*added, {**added[0], "id": 198, "content": "<place>"}])
    (source / "vocab.txt").unlink()

    tokenizer = Tokenizer(prune(source).directory)

    assert tokenizer.vocabulary[-1] == "<place>"
    assert tokenizer.encode(("to <place>",), 9).input_ids[2] == KEEP - 1


def test_pruned_checkpoint_can_be_pruned_again(tmp_path, prune):
    first = prune(save_squeezebert(tmp_path / "original"))

    second = prune(first.directory, keep=125, name="again")

    for text in TEXTS[:4]:
        assert torch.equal(outputs(second.directory, text), outputs(first.directory, text))


def test_twice_gives_the_same_bytes(tmp_path, prune):
    source = save_sentence_transformer(tmp_path / "original")
    moved = shutil.copytree(source, tmp_path / "moved" / "original")

    first, second = prune(source).directory, prune(moved, name="again").directory

    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in files)


def test_coverage_is_measured_on_texts_held_out_from_counting(tmp_path, prune):
    # Each text has a word that no other has, so that a text that was counted would be covered better.
    numbers = [f"pay {number}" for number in range(200)]
    vocabulary = [*VOCABULARY, *(str(number) for number in range(10, 200))]
    source = save_bert(tmp_path / "original", vocabulary=vocabulary)

    pruned = prune(source, keep=LEAST + 1, texts=numbers)

    assert (pruned.measured_texts, pruned.held_out) == (20, True)
    assert pruned.before == type(pruned.before)(unknown_rate=0.0, tokens_per_text=2.0, whole_words=1.0)
    assert pruned.after.tokens_per_text > 3
    assert pruned.after.whole_words < 0.6
    everything = prune(source, keep=LEAST + 181, texts=numbers, name="larger")
    assert everything.after.whole_words < 1


def test_unknown_tokens_are_counted(tmp_path, prune):
    pruned = prune(save_bert(tmp_path / "original"), texts=["pay 東 to john"])

    assert (pruned.before.unknown_rate, pruned.before.tokens_per_text, pruned.before.whole_words) == (0.25, 4.0, 0.75)
    assert (pruned.measured_texts, pruned.held_out) == (1, False)


@pytest.mark.parametrize(
    ("keep", "message"),
    [(LEAST - 1, "keep at least so many"), (LEAST - 1, f"already {LEAST}"), (198, "keep at most 197")],
)
def test_number_out_of_range_is_refused(tmp_path, prune, keep, message):
    with pytest.raises(InputError, match=message) as error:
        prune(save_bert(tmp_path / "original"), keep=keep)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "pruned").exists()


@pytest.mark.parametrize("texts", [[], ["", " \n"]])
def test_no_text_is_refused(tmp_path, prune, texts):
    with pytest.raises(InputError, match="no text"):
        prune(save_bert(tmp_path / "original"), texts=texts)


def test_folder_with_files_is_refused(tmp_path, prune):
    source = save_bert(tmp_path / "original")

    with pytest.raises(InputError, match="not an empty folder"):
        prune(source, name="original")


@pytest.fixture(scope="module")
def property_checkpoint(tmp_path_factory):
    return load_checkpoint(save_bert(tmp_path_factory.mktemp("property") / "original"))


ALPHABET_TEXTS = st.text(st.sampled_from(CHARACTERS + " "), max_size=30)


@hypothesis.settings(max_examples=40)
@hypothesis.given(
    corpus=st.lists(ALPHABET_TEXTS, min_size=1, max_size=5).filter(lambda texts: any(map(str.strip, texts))),
    keep=st.integers(LEAST, len(VOCABULARY) - 1),
    text=ALPHABET_TEXTS,
)
def test_every_text_of_the_alphabet_tokenizes(property_checkpoint, tmp_path_factory, corpus, keep, text):
    directory = tmp_path_factory.mktemp("pruned")

    pruned = prune_vocabulary(property_checkpoint, corpus, keep, directory)

    tokenizer = Tokenizer(directory)
    assert len(tokenizer.vocabulary) == pruned.tokens_after == keep
    for each in (*corpus, text):
        ids = tokenizer.encode((each,), 64).input_ids
        assert tokenizer.special_ids["unk"] not in ids
        assert max(ids) < keep
