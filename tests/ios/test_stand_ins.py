"""What stands for Apple's frameworks holds what EdgeKit and its tests use, and little more."""

import re

import pytest

from tests.ios_lab.edge_kit import PACKAGE, VERIFY
from tests.laboratory.build_step import files_below

pytestmark = pytest.mark.ios

DECLARED = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|open)\s+(?:(?:static|final|override|convenience|class)\s+)*"
    r"(?:class|struct|enum|protocol|actor|func|var|let|typealias)\s+`?(\w+)",
    flags=re.MULTILINE,
)


def test_every_name_that_they_declare_occurs_elsewhere() -> None:
    stand_ins = files_below(VERIFY / "Sources", ".swift")
    others = [path for place in ("Sources", "Tests") for path in files_below(PACKAGE / place, ".swift")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in stand_ins)
    names = DECLARED.findall(text)
    assert len(names) > 40
    words = re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in others) + text)
    assert [name for name in names if words.count(name) == 1] == []


def test_each_says_where_its_declarations_are_from() -> None:
    for path in files_below(VERIFY / "Sources", ".swift"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^(?:@available.*\n)?(?:public|open) ", text, flags=re.MULTILINE):
            assert re.search(r"^//.*(?:developer\.apple\.com|extension/apple|\.h\b)", text, flags=re.MULTILINE), path
