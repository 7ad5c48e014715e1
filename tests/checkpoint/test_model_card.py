"""Author and licence from a checkpoint's README.md."""

import pytest

from edge.checkpoint.model_card import ModelCard, read_model_card
from edge.errors import InputError


def card(folder, text):
    (folder / "README.md").write_text(text, encoding="utf-8")
    return read_model_card(folder)


def test_licence_and_author_of_the_front_matter(tmp_path):
    assert card(tmp_path, "---\nlicense: apache-2.0\nauthor: Ada\n---\ntext") == ModelCard("Ada", "apache-2.0")


def test_several_authors_and_licences_are_joined(tmp_path):
    assert card(tmp_path, "---\nlicense: [mit, cc-by-4.0]\nauthors: [Ada, Bob]\n---\n") == ModelCard(
        "Ada, Bob", "mit, cc-by-4.0"
    )


def test_named_licence_counts_before_other(tmp_path):
    assert card(tmp_path, "---\nlicense: other\nlicense_name: llama\n---\n").license == "llama"


@pytest.mark.parametrize("text", ["", "# A model\n", "---\ntags: [a]\n---\n"])
def test_card_that_does_not_say_is_empty(tmp_path, text):
    assert card(tmp_path, text) == ModelCard()


def test_folder_without_a_card_is_empty(tmp_path):
    assert read_model_card(tmp_path) == ModelCard()


@pytest.mark.parametrize("text", ["---\nlicense: [mit\n---\n", "---\n- a\n---\n"])
def test_front_matter_that_is_no_yaml_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(InputError, match=r"README\.md: its front matter cannot be read") as error:
        card(tmp_path, text)

    assert "\n" not in str(error.value)
