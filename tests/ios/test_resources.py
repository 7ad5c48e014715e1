"""What the app's resources promise: every word in every language, places that fit, readable colours, an icon."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.ios_lab.edge_kit import FOLDER
from tests.ios_lab.xcode_project import read_project, settings_of

pytestmark = pytest.mark.ios

APP = FOLDER / "App"
ASSETS = APP / "Assets.xcassets"
THEMES = ("light", "dark")
# For text of ordinary size: https://www.w3.org/TR/WCAG21/#contrast-minimum
READABLE = 4.5
# Of a form's rows and of their text, as the system has them.
BACKGROUND = {"light": (255, 255, 255), "dark": (28, 28, 30)}
TEXT = {"light": (0, 0, 0), "dark": (255, 255, 255)}
# What fills a place: %@, %lld, and with a position %1$@.
PLACE = re.compile(r"%(?:(\d+)\$)?(@|lld)")
# A literal that names no colour, symbol or stored value.
TEXT_IN_CODE = re.compile(
    r'(?<!Color\()(?<!SceneStorage\()(?<!systemName: )(?<!systemImage: )(?<!")"((?:[^"\\\n]|\\.)+)"(?!")'
)
# English has these; other languages have their own: https://cldr.unicode.org/index/cldr-spec/plural-rules
PLURALS = {"en": {"one", "other"}}

Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def catalog() -> dict[str, Any]:
    """Return the String Catalog; a key that is there twice is an error."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        assert len(found) == len(pairs), sorted(key for key, _ in pairs)
        return found

    text = (APP / "Localizable.xcstrings").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text, object_pairs_hook=unique)
    return document


def languages(catalog: dict[str, Any]) -> set[str]:
    """Return the languages of a catalog; a key without one stands for itself in the source's."""
    of_keys = {language for entry in catalog["strings"].values() for language in entry.get("localizations", {})}
    return {catalog["sourceLanguage"], *of_keys}


def units(catalog: dict[str, Any], key: str, language: str) -> dict[str, dict[str, str]]:
    """Return the texts of a key in a language by plural, "" if it has none; empty if it is not translated."""
    localization = catalog["strings"][key].get("localizations", {}).get(language)
    if localization is None:
        return {"": {"state": "translated", "value": key}} if language == catalog["sourceLanguage"] else {}
    if "stringUnit" in localization:
        return {"": localization["stringUnit"]}
    plurals = localization["variations"]["plural"]
    assert PLURALS[language] == set(plurals), f"{key}: plurals in {language}"
    return {name: plural["stringUnit"] for name, plural in plurals.items()}


def places(text: str) -> list[str]:
    """Return the kinds of a text's places in the order of what fills them."""
    found = PLACE.findall(text.replace("%%", ""))
    positions = {int(position) if position else number: kind for number, (position, kind) in enumerate(found, 1)}
    assert set(positions) == set(range(1, len(found) + 1)), text
    return [positions[number] for number in sorted(positions)]


def test_its_language_is_the_project_s(catalog: dict[str, Any]) -> None:
    assert catalog["sourceLanguage"] == read_project()["options"]["developmentLanguage"]


def test_every_language_has_every_word(catalog: dict[str, Any]) -> None:
    assert catalog["strings"]
    missing = [
        f"{language}: {key}"
        for language in sorted(languages(catalog))
        for key in catalog["strings"]
        if not (found := units(catalog, key, language))
        or any(unit["state"] != "translated" or not unit["value"].strip() for unit in found.values())
    ]
    assert missing == []


def test_every_translation_has_the_places_of_its_key(catalog: dict[str, Any]) -> None:
    other = [
        f"{language}: {key}"
        for language in sorted(languages(catalog))
        for key in catalog["strings"]
        for plural, unit in units(catalog, key, language).items()
        # One is a word in some texts, and in others no number at all.
        if places(unit["value"]) not in ([places(key), []] if plural == "one" else [places(key)])
    ]
    assert other == []


def test_a_text_with_several_places_says_which_is_which(catalog: dict[str, Any]) -> None:
    # A translator may have to turn them round.
    source = catalog["sourceLanguage"]
    texts = [unit["value"] for key in catalog["strings"] for unit in units(catalog, key, source).values()]
    several = [text for text in texts if len(PLACE.findall(text)) > 1]
    assert several
    assert [text for text in several if not all(position for position, _ in PLACE.findall(text))] == []


def test_what_is_counted_has_a_plural(catalog: dict[str, Any]) -> None:
    # "1 threads" would be the screen's.
    counted = [key for key in catalog["strings"] if re.match(r"%lld \w+", key) and places(key) == ["lld"]]
    assert counted
    assert [key for key in counted if len(units(catalog, key, "en")) == 1] == []


def test_what_xcode_does_not_find_in_the_views_is_kept_by_hand(catalog: dict[str, Any]) -> None:
    # Xcode removes a key from the catalog that no view has, unless it is marked. Those of EdgeScreen are no views'.
    phrases = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((FOLDER / "EdgeKit/Sources/EdgeScreen").rglob("*.swift"))
    )
    used = set(re.findall(r'\bPhrase\(\s*"([^"]*)"', phrases))
    assert len(used) > 20
    manual = {key for key, entry in catalog["strings"].items() if entry.get("extractionState") == "manual"}
    assert used == manual


def test_every_text_of_a_view_is_a_key_however_the_view_shows_it(catalog: dict[str, Any]) -> None:
    # Labels for VoiceOver too; EdgeScreen's CatalogTests compares the catalog with the usual views and the phrases.
    codes = {path.name: path.read_text(encoding="utf-8") for path in views()}
    screens = {name: code for name, code in codes.items() if ": View {" in code and ": App {" not in code}
    assert len(screens) > 5
    texts = {(name, text) for name, code in screens.items() for text in TEXT_IN_CODE.findall(code)}
    assert texts
    assert {one for one in texts if one[1] not in catalog["strings"]} == set()


def test_an_asset_catalog_has_what_its_lists_name() -> None:
    lists = sorted(ASSETS.rglob("Contents.json"))
    assert {path.parent for path in lists} == {ASSETS, *(path for path in ASSETS.iterdir() if path.is_dir())}
    for path in lists:
        document = json.loads(path.read_text(encoding="utf-8"))
        named = {image["filename"] for image in document.get("images", []) if "filename" in image}
        beside = {other.name for other in path.parent.iterdir() if other.is_file()} - {path.name}
        assert named == beside, path


def test_icon_and_accent_are_those_that_the_project_names() -> None:
    settings = settings_of(read_project(), "Edge")
    icon = ASSETS / f"{settings['ASSETCATALOG_COMPILER_APPICON_NAME']}.appiconset"
    accent = ASSETS / f"{settings['ASSETCATALOG_COMPILER_GLOBAL_ACCENT_COLOR_NAME']}.colorset"
    assert icon.is_dir()
    assert accent.is_dir()


def test_the_icon_has_the_one_size_that_xcode_asks_for_and_no_transparency() -> None:
    for path in sorted(ASSETS.glob("*.appiconset")):
        (image,) = json.loads((path / "Contents.json").read_text(encoding="utf-8"))["images"]
        header = (path / image["filename"]).read_bytes()[:26]
        width, height, _, kind = struct.unpack(">IIBB", header[16:26])
        assert (header[:8], image["size"]) == (b"\x89PNG\r\n\x1a\n", f"{width}x{height}")
        assert (width, height) == (1024, 1024)
        assert kind == 2, "an icon with transparency is refused by the App Store"


def test_every_colour_of_the_views_is_there() -> None:
    named = {name for path in views() for name in re.findall(r'\bColor\("(\w+)"', path.read_text(encoding="utf-8"))}
    accent = settings_of(read_project(), "Edge")["ASSETCATALOG_COMPILER_GLOBAL_ACCENT_COLOR_NAME"]
    assert {path.stem for path in ASSETS.glob("*.colorset")} == named | {accent}


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    # The accent is that of buttons, whose words it colours.
    assert contrast(colour("AccentColor", theme), BACKGROUND[theme]) >= READABLE
    assert contrast(TEXT[theme], colour("Highlight", theme)) >= READABLE


def test_no_view_has_a_size_that_large_letters_could_exceed() -> None:
    for path in views():
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\.(?:system\(size:|lineLimit\(1\)|dynamicTypeSize\()", text) == [], path.name
        assert re.findall(r"\.frame\([^)]*\bheight: \d", text) == [], path.name


def views() -> list[Path]:
    found = sorted(APP.glob("*.swift"))
    assert found
    return found


def colour(name: str, theme: str) -> Colour:
    """Return an asset's colour in a theme; each has its own for the dark one."""
    document = json.loads((ASSETS / f"{name}.colorset" / "Contents.json").read_text(encoding="utf-8"))
    entries = {
        "dark" if {"appearance": "luminosity", "value": "dark"} in entry.get("appearances", []) else "light": entry
        for entry in document["colors"]
    }
    components = entries[theme]["color"]["components"]
    assert (entries[theme]["color"]["color-space"], components["alpha"]) == ("srgb", "1.000")
    red, green, blue = (int(components[part], 16) for part in ("red", "green", "blue"))
    return red, green, blue


def luminance(of: Colour) -> float:
    """Return a colour's relative luminance, as WCAG defines it."""
    shares = [part / 255 for part in of]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Colour, second: Colour) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
