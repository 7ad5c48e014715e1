"""The app's manifest as Gradle would merge it with the settings of the build file; of libraries there is none here."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests.android_lab.gradle_files import GradleFiles

ANDROID = "http://schemas.android.com/apk/res/android"
TOOLS = "http://schemas.android.com/tools"
# What an element says to the merger: it stands against one of a library's manifest, and not in the app's.
REMOVED = ("remove", "removeAll")


def write_merged_manifest(source: Path, gradle: GradleFiles, target: Path) -> None:
    """Write what goes into the APK: with package, versions and SDKs, without what is for the merger only."""
    ElementTree.register_namespace("android", ANDROID)
    root = ElementTree.parse(source).getroot()
    root.set("package", gradle.app_setting("applicationId"))
    root.set(f"{{{ANDROID}}}versionCode", gradle.app_setting("versionCode"))
    root.set(f"{{{ANDROID}}}versionName", gradle.app_setting("versionName"))
    versions = {"minSdkVersion": gradle.app_setting("minSdk"), "targetSdkVersion": gradle.app_setting("targetSdk")}
    root.insert(0, ElementTree.Element("uses-sdk", {f"{{{ANDROID}}}{name}": text for name, text in versions.items()}))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get(f"{{{TOOLS}}}node") in REMOVED:
                parent.remove(child)
    for element in root.iter():
        for name in [name for name in element.attrib if name.startswith(f"{{{TOOLS}}}")]:
            del element.attrib[name]
    ElementTree.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)
