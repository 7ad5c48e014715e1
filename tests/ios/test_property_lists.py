"""Info.plist and the privacy manifest: what iOS needs to start the app and show its files, and nothing it asks for."""

import plistlib
import re
from typing import Any

import pytest

from tests.ios_lab.edge_kit import FOLDER, PACKAGE
from tests.ios_lab.style import swift_files
from tests.ios_lab.xcode_project import read_project, settings_of

pytestmark = pytest.mark.ios

APP = FOLDER / "App"

# Build settings that Xcode gives to every app.
OF_XCODE = {"DEVELOPMENT_LANGUAGE", "EXECUTABLE_NAME", "PRODUCT_BUNDLE_PACKAGE_TYPE", "PRODUCT_NAME"}
# What an app needs that Xcode builds without writing its Info.plist, and from where it comes.
FROM_SETTINGS = {
    "CFBundleDevelopmentRegion": "DEVELOPMENT_LANGUAGE",
    "CFBundleExecutable": "EXECUTABLE_NAME",
    "CFBundleIdentifier": "PRODUCT_BUNDLE_IDENTIFIER",
    "CFBundleName": "PRODUCT_NAME",
    "CFBundlePackageType": "PRODUCT_BUNDLE_PACKAGE_TYPE",
    "CFBundleShortVersionString": "MARKETING_VERSION",
    "CFBundleVersion": "CURRENT_PROJECT_VERSION",
}
# Of an app that shares the screen of an iPad with others.
ALL_ORIENTATIONS = {"Portrait", "PortraitUpsideDown", "LandscapeLeft", "LandscapeRight"}

# API for which Apple wants a reason, and the reasons that it accepts:
# https://developer.apple.com/documentation/bundleresources/describing-use-of-required-reason-api
# uptimeNanoseconds is not in Apple's list; it is mach_absolute_time's value.
REASONED_API = {
    "FileTimestamp": (
        r"\b(?:creationDate|modificationDate|contentModificationDate(?:Key)?|creationDateKey|getattrlist|fstat|stat)\b",
        {"DDA9.1", "C617.1", "3B52.1", "0A2A.1"},
    ),
    "SystemBootTime": (
        r"\b(?:systemUptime|mach_absolute_time|uptimeNanoseconds)\b",
        {"35F9.1", "8FFB.1", "3D61.1"},
    ),
    "DiskSpace": (
        r"\b(?:volumeAvailableCapacity\w*|volumeTotalCapacity\w*|systemFreeSize|systemSize|statfs|statvfs)\b",
        {"85F4.1", "E174.1", "7D9E.1", "B728.1"},
    ),
    "ActiveKeyboards": (r"\bactiveInputModes\b", {"3EC4.1", "54BD.1"}),
    "UserDefaults": (r"\b(?:UserDefaults|AppStorage)\b", {"CA92.1", "1C8F.1", "C56D.1", "AC6B.1"}),
}


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads((APP / name).read_bytes())
    return found


@pytest.fixture
def info() -> dict[str, Any]:
    return read("Info.plist")


@pytest.fixture
def privacy() -> dict[str, str]:
    """Return the reasons of the privacy manifest by category, each of one reason."""
    entries = read("PrivacyInfo.xcprivacy")["NSPrivacyAccessedAPITypes"]
    reasons = {
        entry["NSPrivacyAccessedAPIType"].removeprefix("NSPrivacyAccessedAPICategory"): entry[
            "NSPrivacyAccessedAPITypeReasons"
        ]
        for entry in entries
    }
    assert len(reasons) == len(entries)
    return {category: reason for category, (reason,) in reasons.items()}


@pytest.fixture(scope="module")
def code() -> str:
    """Return the code of the app and of the package's modules."""
    files = [path for path in swift_files() if path.is_relative_to(APP) or path.is_relative_to(PACKAGE / "Sources")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize(("key", "setting"), FROM_SETTINGS.items())
def test_name_and_version_come_from_build_settings(info: dict[str, Any], key: str, setting: str) -> None:
    assert info[key] == f"$({setting})"


def test_every_build_setting_that_it_names_is_set(info: dict[str, Any]) -> None:
    named = set(re.findall(r"\$\((\w+)\)", str(info)))
    assert named == set(FROM_SETTINGS.values())
    assert named - OF_XCODE <= set(settings_of(read_project(), "Edge"))


def test_xcode_takes_it_and_writes_none_of_its_own() -> None:
    settings = settings_of(read_project(), "Edge")
    assert settings["GENERATE_INFOPLIST_FILE"] is False
    assert FOLDER / settings["INFOPLIST_FILE"] == APP / "Info.plist"


def test_files_and_finder_can_put_bundles_into_its_documents(info: dict[str, Any]) -> None:
    assert info["UIFileSharingEnabled"] is True
    assert info["LSSupportsOpeningDocumentsInPlace"] is True


def test_it_takes_the_whole_screen_and_one_window(info: dict[str, Any]) -> None:
    # Without a launch screen iOS shows an app in the size of an old iPhone.
    assert "UILaunchScreen" in info
    # Two windows would be two models in memory, and a benchmark beside a screen.
    assert info["UIApplicationSceneManifest"]["UIApplicationSupportsMultipleScenes"] is False


def test_it_turns_with_the_device(info: dict[str, Any]) -> None:
    def orientations(key: str) -> set[str]:
        return {name.removeprefix("UIInterfaceOrientation") for name in info[key]}

    assert orientations("UISupportedInterfaceOrientations~ipad") == ALL_ORIENTATIONS
    assert orientations("UISupportedInterfaceOrientations") == ALL_ORIENTATIONS - {"PortraitUpsideDown"}


def test_it_runs_on_every_device_that_its_oldest_system_does(info: dict[str, Any]) -> None:
    assert info["UIRequiredDeviceCapabilities"] == ["arm64"]
    assert info["LSRequiresIPhoneOS"] is True
    assert settings_of(read_project(), "Edge")["TARGETED_DEVICE_FAMILY"] == "1,2"


def test_it_asks_for_no_permission_and_no_network(info: dict[str, Any]) -> None:
    asked = [key for key in info if key.endswith("UsageDescription") or key in ("NSAppTransportSecurity",)]
    assert asked == []


def test_it_says_that_it_has_no_encryption_of_its_own(info: dict[str, Any]) -> None:
    assert info["ITSAppUsesNonExemptEncryption"] is False


def test_it_collects_nothing_and_follows_nobody() -> None:
    manifest = read("PrivacyInfo.xcprivacy")
    assert manifest["NSPrivacyTracking"] is False
    assert manifest["NSPrivacyTrackingDomains"] == manifest["NSPrivacyCollectedDataTypes"] == []


@pytest.mark.parametrize("category", REASONED_API)
def test_api_has_a_reason_if_it_is_used(privacy: dict[str, str], code: str, category: str) -> None:
    pattern, reasons = REASONED_API[category]
    assert (category in privacy) == bool(re.search(pattern, code))
    assert privacy.get(category) in {None, *reasons}


def test_it_has_reasons_for_known_categories_only(privacy: dict[str, str]) -> None:
    assert set(privacy) <= set(REASONED_API)
