"""SQuAD's rules, on examples worked out by hand."""

import pytest

from edge.evaluation.squad_rules import best_exact_match, best_f1, normalized


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("The Norse leader, Rollo!", "norse leader rollo"),
        ("  an   apple a day", "apple day"),
        ("theatre", "theatre"),
        ("U.S.", "us"),
        ("the", ""),
    ],
)
def test_case_punctuation_articles_and_spaces_do_not_count(answer, kept):
    assert normalized(answer) == kept


@pytest.mark.parametrize(
    ("answer", "references", "exact", "f1"),
    [
        ("Rollo", ["rollo."], 1, 1),
        ("the duke Rollo", ["Rollo"], 0, 2 / 3),
        ("duke Rollo of Normandy", ["Rollo", "duke of Normandy", "king"], 0, 6 / 7),
        ("Rollo Rollo", ["Rollo"], 0, 2 / 3),
        ("king", ["Rollo"], 0, 0),
        ("", [], 1, 1),
        ("Rollo", [], 0, 0),
        ("", ["Rollo"], 0, 0),
        ("", ["the", "Rollo"], 0, 0),
        ("", ["the"], 1, 1),
    ],
)
def test_best_of_all_references_counts(answer, references, exact, f1):
    assert best_exact_match(answer, references) == exact
    assert best_f1(answer, references) == pytest.approx(f1)
