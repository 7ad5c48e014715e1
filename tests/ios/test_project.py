"""What XcodeGen makes a project of: keys that it knows, files that are there, every Swift file in one target."""

import copy
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.devices.ios_app import BUNDLE_IDENTIFIER
from tests.ios_lab.edge_kit import FOLDER, PACKAGE, VERIFY
from tests.ios_lab.style import swift_files
from tests.ios_lab.swift_package import SwiftPackage
from tests.ios_lab.xcode_project import problems, read_project, settings_of, sources_of
from tests.laboratory.build_step import REPOSITORY

pytestmark = pytest.mark.ios

APP = "Edge"
# What the project has a use for in a group; XcodeGen would copy everything else into the app.
KINDS = {".swift", ".plist", ".xcassets", ".xcprivacy", ".xcstrings"}

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def project() -> dict[str, Any]:
    return read_project()


@pytest.fixture
def xcconfig() -> dict[str, str]:
    """Return the settings of the one file of settings."""
    lines = (FOLDER / "Edge.xcconfig").read_text(encoding="utf-8").splitlines()
    assigned = [line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("//")]
    return dict(assigned)


def targets(project: dict[str, Any], kind: str) -> set[str]:
    return {name for name, target in project["targets"].items() if target["type"] == kind}


def test_it_says_only_what_xcodegen_reads(project: dict[str, Any]) -> None:
    assert problems(project) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda project: project.update(target={}), r": Additional properties .*'target'"),
        (lambda project: project.pop("name"), r": 'name' is a required property"),
        (lambda project: project["settings"].update(SWIFT_VERSION="6.0"), r"settings: .*'SWIFT_VERSION'"),
        (lambda project: project["options"].update(deploymentTarget="17.0"), r"options\.deploymentTarget: '17\.0'"),
        (lambda project: project["packages"]["EdgeKit"].update(version="1"), r"packages\.EdgeKit: .*'version'"),
        (lambda project: project["targets"][APP].update(type="app"), rf"targets\.{APP}\.type: 'app'"),
        (lambda project: project["targets"][APP]["sources"][0].update(exclude=[]), r"sources\.0: .*'exclude'"),
        (lambda project: project["targets"][APP]["dependencies"].append({"packages": "A"}), r"dependencies\.\d+: "),
        (lambda project: project["schemes"][APP]["test"].update(target=[]), rf"schemes\.{APP}\.test: .*'target'"),
        (lambda project: project["schemes"][APP]["run"].update(config="Debugging"), rf"{APP}\.run\.config: "),
    ],
)
def test_a_key_that_xcodegen_does_not_read_is_found(project: dict[str, Any], change: Change, problem: str) -> None:
    changed = copy.deepcopy(project)
    change(changed)
    (found,) = problems(changed)
    with pytest.raises(AssertionError, match=problem):
        raise AssertionError(found)


def test_every_folder_and_file_that_it_names_is_there(project: dict[str, Any]) -> None:
    named = [source.path for target in project["targets"].values() for source in sources_of(target)]
    named += [FOLDER / name for name in project["configFiles"].values()]
    named += [FOLDER / package["path"] / "Package.swift" for package in project["packages"].values()]
    named += [
        FOLDER / settings["INFOPLIST_FILE"]
        for name in project["targets"]
        if "INFOPLIST_FILE" in (settings := settings_of(project, name))
    ]
    assert len(named) >= 6
    assert [path for path in named if not path.exists()] == []


def test_every_source_has_files(project: dict[str, Any]) -> None:
    sources = [source for target in project["targets"].values() for source in sources_of(target)]
    assert [source.path for source in sources if not source.files] == []


def test_what_it_excludes_is_there(project: dict[str, Any]) -> None:
    entries = [entry for target in project["targets"].values() for entry in target["sources"]]
    excluded = [(entry["path"], pattern) for entry in entries for pattern in entry.get("excludes", [])]
    assert excluded
    assert [pattern for path, pattern in excluded if not list((FOLDER / path).glob(pattern))] == []


def test_a_group_has_only_what_belongs_into_a_target(project: dict[str, Any]) -> None:
    groups = [source for target in project["targets"].values() for source in sources_of(target) if not source.whole]
    assert [path for source in groups for path in source.files if path.suffix not in KINDS] == []


def test_every_swift_file_belongs_to_one_target(
    project: dict[str, Any], edge_kit: SwiftPackage, stand_ins: SwiftPackage
) -> None:
    taken = [path for target in project["targets"].values() for source in sources_of(target) for path in source.files]
    taken += [path for package in (edge_kit, stand_ins) for target in package.targets for path in target.files]
    taken += [PACKAGE / "Package.swift", VERIFY / "Package.swift"]
    counts = Counter(path for path in taken if path.suffix == ".swift")
    assert [path for path, count in counts.items() if count > 1] == []
    assert set(swift_files()) == set(counts)


def test_targets_depend_on_what_is_there(project: dict[str, Any], edge_kit: SwiftPackage) -> None:
    dependencies = [one for target in project["targets"].values() for one in target.get("dependencies", [])]
    assert {one["target"] for one in dependencies if "target" in one} <= set(project["targets"])
    (local,) = project["packages"].items()
    assert (local[0], FOLDER / local[1]["path"]) == (edge_kit.name, PACKAGE)
    assert {one["package"] for one in dependencies if "package" in one} == {edge_kit.name}


def test_the_app_has_every_product_of_the_package_and_the_tests_have_the_app_s(
    project: dict[str, Any], edge_kit: SwiftPackage
) -> None:
    (linked,) = [one["products"] for one in project["targets"][APP]["dependencies"] if "package" in one]
    assert sorted(linked) == sorted(edge_kit.products)
    for name in targets(project, "bundle.unit-test"):
        assert project["targets"][name]["dependencies"] == [{"target": APP}]


def test_schemes_build_what_is_there_and_one_runs_every_test(project: dict[str, Any]) -> None:
    assert targets(project, "application") == {APP}
    tests = targets(project, "bundle.unit-test")
    for scheme in project["schemes"].values():
        assert scheme["build"]["targets"][APP] == "all"
        assert set(scheme["build"]["targets"]) <= {APP, *tests}
    scheme = project["schemes"][APP]
    assert set(scheme["test"]["targets"]) == tests
    assert all("test" in scheme["build"]["targets"][name] for name in tests)


def test_a_benchmark_is_of_optimized_code_without_a_debugger(project: dict[str, Any]) -> None:
    run = project["schemes"]["Benchmark"]["run"]
    assert run == {"config": "Release", "debugEnabled": False}


def test_oldest_system_and_language_are_the_package_s(project: dict[str, Any], edge_kit: SwiftPackage) -> None:
    assert project["options"]["deploymentTarget"] == {"iOS": edge_kit.platforms["ios"]}
    assert edge_kit.platforms == {"ios": "17.0", "macos": "14.0"}
    assert settings_of(project)["SWIFT_VERSION"] == edge_kit.tools_version == "6.0"


def test_the_app_has_the_version_of_this_project(project: dict[str, Any]) -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert settings_of(project, APP)["MARKETING_VERSION"] == tomllib.loads(text)["project"]["version"]


def test_bench_finds_the_app_by_its_identifier(project: dict[str, Any], xcconfig: dict[str, str]) -> None:
    assert xcconfig["EDGE_BUNDLE_IDENTIFIER"] == BUNDLE_IDENTIFIER
    assert settings_of(project, APP)["PRODUCT_BUNDLE_IDENTIFIER"] == "$(EDGE_BUNDLE_IDENTIFIER)"
    assert set(project["configFiles"].values()) == {"Edge.xcconfig"}


def test_signing_is_left_to_who_builds_it(project: dict[str, Any], xcconfig: dict[str, str]) -> None:
    settings = [settings_of(project, name) for name in (None, *project["targets"])]
    assert [one for one in settings if "DEVELOPMENT_TEAM" in one or "PROVISIONING_PROFILE_SPECIFIER" in one] == []
    assert set(xcconfig) == {"EDGE_BUNDLE_IDENTIFIER"}


def test_the_linker_keeps_executorch_s_backends_to_which_nothing_refers(project: dict[str, Any]) -> None:
    assert "-all_load" in settings_of(project, APP)["OTHER_LDFLAGS"].split()


def test_bundles_are_copied_as_they_are(project: dict[str, Any]) -> None:
    whole = [source.path for source in sources_of(project["targets"][APP]) if source.whole]
    assert whole == [FOLDER / "App" / "Bundles"]


def test_a_file_is_in_a_target_once_and_what_is_excluded_is_not(tmp_path: Path) -> None:
    for name in ("App/A.swift", "App/Out/B.swift", "App/Icons.xcassets/Icon/Contents.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (source,) = sources_of({"sources": [{"path": "App", "excludes": ["Out"]}]}, tmp_path)
    assert [path.name for path in source.files] == ["A.swift", "Icons.xcassets"]
