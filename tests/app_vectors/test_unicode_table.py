"""The table of characters that the apps carry is what the installed `tokenizers` library does."""

import pytest

from tests.app_vectors.unicode_table import TABLES, table


@pytest.fixture(scope="module")
def installed() -> set[str]:
    """Return the lines of the installed library's table."""
    return _lines(table())


@pytest.mark.parametrize("app", TABLES)
def test_the_committed_table_is_the_installed_librarys(app: str, installed: set[str]) -> None:
    committed = _lines(TABLES[app].read_text(encoding="ascii"))

    different = sorted({line.split(" ")[0] for line in committed ^ installed})
    assert not different, f"{', '.join(different)}: run python -m tests.app_vectors.unicode_table, then the apps' tests"


def _lines(text: str) -> set[str]:
    return {line for line in text.splitlines() if not line.startswith("#")}
