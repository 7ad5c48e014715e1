"""Package.swift: a target for each folder, the strict language mode, imports that run one way, ExecuTorch's version."""

import re
import tomllib

import pytest

from tests.ios_lab.edge_kit import PACKAGE
from tests.ios_lab.swift_package import SwiftPackage
from tests.laboratory.build_step import REPOSITORY, files_below

pytestmark = pytest.mark.ios

# Targets on which a module may rest. Everything else that is imported has to be Apple's.
RESTS_ON = {
    "EdgeKit": set(),
    "EdgeCoreML": {"EdgeKit"},
    "EdgeExecuTorch": {"EdgeKit"},
    "EdgeDevice": {"EdgeKit"},
    "EdgeScreen": {"EdgeKit"},
}
# Modules that a target has a use for: no view in a view model, no engine in what every app needs.
IMPORTS = {
    "EdgeKit": {"CryptoKit", "Foundation"},
    "EdgeCoreML": {"CoreML", "EdgeKit", "Foundation"},
    "EdgeExecuTorch": {"EdgeKit", "ExecuTorch", "Foundation"},
    "EdgeDevice": {"Darwin", "EdgeKit", "Foundation", "os"},
    "EdgeScreen": {"EdgeKit", "Foundation", "Observation"},
}
IMPORT = re.compile(r"^\s*(?:@\w+ )*import (?:struct |class |enum |func |protocol )?(\w+)", flags=re.MULTILINE)
# Words that switch checks of concurrency off.
UNCHECKED = re.compile(r"@unchecked\b|\bnonisolated\(unsafe\)|\bunsafeBitCast\b|\bassumeIsolated\b")


def test_every_folder_is_a_target(edge_kit: SwiftPackage, stand_ins: SwiftPackage) -> None:
    for package in (edge_kit, stand_ins):
        found = {path for place in ("Sources", "Tests") for path in (package.folder / place).glob("*")}
        assert found == {target.folder for target in package.targets}


def test_every_module_is_a_product(edge_kit: SwiftPackage) -> None:
    modules = {target.name for target in edge_kit.targets if target.folder.parent.name == "Sources"}
    assert modules == set(RESTS_ON)
    assert edge_kit.products == {name: (name,) for name in modules}


def test_modules_rest_on_edgekit_and_it_on_none(edge_kit: SwiftPackage) -> None:
    names = {target.name for target in edge_kit.targets}
    for target in edge_kit.targets:
        if target.name in RESTS_ON:
            assert set(target.dependencies) & names == RESTS_ON[target.name], target.name


@pytest.mark.parametrize("module", IMPORTS)
def test_a_module_imports_what_it_has_a_use_for(module: str) -> None:
    files = files_below(PACKAGE / "Sources" / module, ".swift")
    imported = {name for path in files for name in IMPORT.findall(path.read_text(encoding="utf-8"))}
    assert imported == IMPORTS[module]


def test_every_target_is_compiled_as_swift_6_with_its_checks_of_concurrency(
    edge_kit: SwiftPackage, stand_ins: SwiftPackage
) -> None:
    assert edge_kit.tools_version == stand_ins.tools_version == "6.0"
    assert not any("swiftLanguageMode" in one["kind"] for target in edge_kit.targets for one in target.settings)
    other = {target.name for target in stand_ins.targets if target.settings}
    # verify/README.md says why.
    assert other == {"DarwinStandIn"}


def test_no_code_switches_checks_of_concurrency_off() -> None:
    files = files_below(PACKAGE / "Sources", ".swift")
    assert len(files) > 20
    found = [(path.name, UNCHECKED.findall(path.read_text(encoding="utf-8"))) for path in files]
    assert [one for one in found if one[1]] == []


def test_executorch_is_the_version_that_artifacts_are_built_and_verified_with() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    build = tomllib.loads(text)["project"]["optional-dependencies"]["build"]
    (version,) = [one.removeprefix("executorch==") for one in build if one.startswith("executorch==")]
    manifest = (PACKAGE / "Package.swift").read_text(encoding="utf-8")
    assert re.findall(r'pytorch/executorch\.git", branch: "swiftpm-(.*?)"', manifest) == [version]
    loader = (PACKAGE / "Sources/EdgeExecuTorch/ExecuTorchLoader.swift").read_text(encoding="utf-8")
    assert re.findall(r'let executorchVersion = "(.*?)"', loader) == [version]
