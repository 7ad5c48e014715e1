"""What the app's resources promise: words in one place, room for large letters, readable colours in each theme."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.android_lab.app import MANIFEST, RESOURCES, SOURCES

pytestmark = pytest.mark.android

ANDROID = "{http://schemas.android.com/apk/res/android}"
THEMES = {"light": ["values"], "dark": ["values", "values-night"]}
# For text of ordinary size: https://www.w3.org/TR/WCAG21/#contrast-minimum
READABLE = 4.5


def layouts() -> list[Path]:
    return sorted((RESOURCES / "layout").glob("*.xml"))


def names(file: str) -> set[str]:
    return {str(element.get("name")) for element in ElementTree.parse(RESOURCES / "values" / file).getroot()}


def colours(theme: str) -> dict[str, str]:
    """Return a theme's colours by name, as #AARRGGBB."""
    found: dict[str, str] = {}
    for folder in THEMES[theme]:
        root = ElementTree.parse(RESOURCES / folder / "colors.xml").getroot()
        found |= {str(element.get("name")): str(element.text) for element in root}
    return found


def luminance(colour: str) -> float:
    """Return a colour's relative luminance, as WCAG defines it."""
    assert colour.startswith("#FF"), "what lies beneath would count too"
    shares = [int(colour[place : place + 2], 16) / 255 for place in (3, 5, 7)]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["text", "text_secondary", "accent", "problem"])
def test_text_can_be_read(theme: str, text: str) -> None:
    of = colours(theme)
    assert contrast(of[text], of["surface"]) >= READABLE


@pytest.mark.parametrize("theme", THEMES)
def test_marked_words_can_be_read(theme: str) -> None:
    of = colours(theme)
    assert contrast(of["text"], of["highlight"]) >= READABLE


def test_every_word_of_a_layout_is_a_string() -> None:
    for path in layouts():
        for element in ElementTree.parse(path).getroot().iter():
            for attribute in ("text", "hint", "contentDescription"):
                assert element.get(ANDROID + attribute, "@string/").startswith("@string/"), (
                    f"{path.name}: {element.tag}"
                )


def test_no_view_has_a_height_that_large_letters_could_exceed() -> None:
    for path in layouts():
        for element in ElementTree.parse(path).getroot().iter():
            assert element.get(ANDROID + "layout_height", "wrap_content") in ("wrap_content", "match_parent"), path.name
            assert element.get(ANDROID + "maxLines") is None, path.name


def test_every_field_holds_less_than_android_keeps_of_an_app_that_is_away() -> None:
    styles = ElementTree.parse(RESOURCES / "values" / "styles.xml").getroot()
    (limit,) = styles.findall("style[@name='Field']/item[@name='android:maxLength']")
    # Two bytes a character, two fields; Android refuses a state of 1 MiB.
    assert 2 * 2 * int(str(limit.text)) < 2**20 / 2
    fields = [field for path in layouts() for field in ElementTree.parse(path).getroot().iter("EditText")]
    assert {field.get("style") for field in fields} == {"@style/Field"}


def test_a_row_is_no_stop_of_the_keyboard() -> None:
    for path in layouts():
        for element in ElementTree.parse(path).getroot().iter():
            assert element.get(ANDROID + "focusable") is None, path.name


def test_every_string_is_used() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*SOURCES.rglob("*.kt"), *layouts(), MANIFEST)]
    used = set(re.findall(r"(?:R\.(?:string|plurals)\.|@string/)(\w+)", "\n".join(texts)))
    assert names("strings.xml") == used


def test_the_app_asks_for_no_permission() -> None:
    asked = ElementTree.parse(MANIFEST).getroot().findall("uses-permission")
    assert {element.get("{http://schemas.android.com/tools}node") for element in asked} == {"remove"}
