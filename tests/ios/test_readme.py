"""What ios_demo/README.md names is there, and its commands do what it says. EdgeKit's tests compile its Swift."""

import re
import subprocess
from pathlib import Path

import pytest

from edge.devices.ios_app import BUNDLE_IDENTIFIER
from edge.devices.ios_app import FOLDER as WORK_FOLDER
from tests.ios_lab.edge_kit import FOLDER, PACKAGE, VERIFY
from tests.ios_lab.xcode_project import read_project, sources_of

pytestmark = pytest.mark.ios

LINES = 10


@pytest.fixture
def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def blocks(readme: str, language: str = "") -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", readme, flags=re.DOTALL | re.MULTILINE)
    return [str(block) for block in found]


def test_it_has_ten_lines(readme: str) -> None:
    (swift,) = blocks(readme, "swift")
    lines = [line for line in swift.splitlines() if line.strip() and not line.startswith("import ")]
    assert len(lines) <= LINES


def test_its_commands_put_a_bundle_into_the_app_the_second_time_too(readme: str, tmp_path: Path) -> None:
    (bundles,) = [source.path for source in sources_of(read_project()["targets"]["Edge"]) if source.whole]
    inside = bundles.relative_to(FOLDER.parent)
    (commands,) = [block for block in blocks(readme) if f"cp -r build/phone {inside}" in block]
    (tmp_path / "build" / "phone").mkdir(parents=True)
    (tmp_path / "build" / "phone" / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / inside).mkdir(parents=True)
    for _ in range(2):
        subprocess.run(["sh", "-e", "-c", commands], cwd=tmp_path, check=True)
    copied = tmp_path / inside
    assert [path.relative_to(copied).as_posix() for path in copied.rglob("*.json")] == ["phone/manifest.json"]


def test_git_leaves_such_a_bundle_and_a_team_s_signing_alone() -> None:
    ignored = (FOLDER / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/App/Bundles/*", "/Signing.xcconfig", "*.xcodeproj/"} <= set(ignored)
    assert '#include? "Signing.xcconfig"' in (FOLDER / "Edge.xcconfig").read_text(encoding="utf-8")


def test_its_versions_are_the_project_s(readme: str) -> None:
    (xcodegen,) = re.findall(r"XcodeGen\]\(\S+\) ([\d.]+\d)", readme)
    assert read_project()["options"]["minimumXcodeGenVersion"].startswith(f"{xcodegen}.")
    (branch,) = re.findall(r'branch: "(swiftpm-.*?)"', (PACKAGE / "Package.swift").read_text(encoding="utf-8"))
    assert f"`{branch}`" in readme
    assert f"`{branch}`" in (VERIFY / "README.md").read_text(encoding="utf-8")


def test_its_commands_name_the_app_and_the_folder_of_benchmarks(readme: str) -> None:
    assert set(re.findall(r"--domain-identifier (\S+)", readme)) == {BUNDLE_IDENTIFIER}
    assert f"`{WORK_FOLDER.removeprefix('Documents/')}` in Documents" in readme


@pytest.mark.parametrize("name", ["README.md", "verify/README.md"])
def test_every_file_that_it_names_is_there(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    # Links, and paths in code that end with a name of ours.
    named = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    named += re.findall(r"`((?:\.\./)?(?:App|AppTests|EdgeKit|verify|edge|docs|tests)/[\w./-]*)`", text)
    assert named
    places = ((FOLDER / name).parent, FOLDER, FOLDER.parent)
    assert [one for one in named if not any((place / one).exists() for place in places)] == []
