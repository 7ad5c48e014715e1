"""The table of characters that the apps carry is what the installed `tokenizers` library does."""

from tests.app_vectors.unicode_table import TABLE, table


def test_the_committed_table_is_the_installed_librarys() -> None:
    committed, installed = (_lines(text) for text in (TABLE.read_text(encoding="ascii"), table()))

    different = sorted({line.split(" ")[0] for line in committed ^ installed})
    assert not different, f"{', '.join(different)}: run python -m tests.app_vectors.unicode_table, then the apps' tests"


def _lines(text: str) -> set[str]:
    return {line for line in text.splitlines() if not line.startswith("#")}
