"""What the Gradle files of android_demo say, read without Gradle: they are kept plain enough for that."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from edge.errors import InputError
from tests.laboratory.build_step import REPOSITORY

FOLDER = REPOSITORY / "android_demo"

ASSIGNMENT = r"^\s*{name} = (.+)$"
CATALOG_VERSION = re.compile(r"libs\.versions\.(\w+)\.get\(\)")
FIELD = re.compile(r'^\s*buildConfigField\("String", "(\w+)", "\\"\$\{(.+)\}\\""\)$', flags=re.MULTILINE)
DEPENDENCY = re.compile(r"^\s*(\w*[iI]mplementation|api)\((.+)\)$", flags=re.MULTILINE)
PLUGIN = re.compile(r"^\s*alias\(libs\.plugins\.([\w.]+)\)", flags=re.MULTILINE)


@dataclass(frozen=True)
class GradleFiles:
    """The build files in `folder`."""

    folder: Path = FOLDER

    @cached_property
    def catalog(self) -> dict[str, dict[str, Any]]:
        """Return gradle/libs.versions.toml."""
        return tomllib.loads((self.folder / "gradle" / "libs.versions.toml").read_text(encoding="utf-8"))

    def version(self, name: str) -> str:
        """Return a version of the catalog."""
        return str(self.catalog["versions"][name])

    def build_file(self, module: str) -> str:
        """Return the text of a module's build file."""
        return (self.folder / module / "build.gradle.kts").read_text(encoding="utf-8")

    def app_setting(self, name: str) -> str:
        """Return what the app's build file assigns to `name`, once.

        Raises
        ------
        InputError
            If it does not, or not once, or in a way that cannot be read without Gradle.
        """
        found = re.findall(ASSIGNMENT.format(name=name), self.build_file("app"), flags=re.MULTILINE)
        if len(found) != 1:
            raise InputError(f"{self.folder}/app/build.gradle.kts: {name} is assigned {len(found)} times, not once")
        return self._value(found[0])

    def build_config_fields(self) -> dict[str, str]:
        """Return the app's own text fields of BuildConfig."""
        return {name: self._value(value) for name, value in FIELD.findall(self.build_file("app"))}

    def dependencies(self, module: str) -> list[tuple[str, str]]:
        """Return a module's dependencies as configuration and what stands between its brackets, in order."""
        return DEPENDENCY.findall(self.build_file(module))

    def plugins(self, module: str) -> list[str]:
        """Return the aliases of a module's plugins, in order."""
        return PLUGIN.findall(self.build_file(module))

    def _value(self, text: str) -> str:
        if found := CATALOG_VERSION.search(text):
            return self.version(found[1])
        return text.strip().strip('"')
