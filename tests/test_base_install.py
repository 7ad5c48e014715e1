"""The base install alone, without torch, runs, verifies and measures a bundle.

The project is installed from a copy of its sources into a virtual environment of its own.
"""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

import edge

PROJECT = Path(__file__).parent.parent
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "edge", "converters", "quantize")
ONE = ("--artifact", "tflite-int8-dynamic-16")
PREDICT = """
import edge, json, sys
(best,) = edge.load(sys.argv[1])("great movie")
print(json.dumps([best.label, best.score]))
"""
DATA_FILES = (
    "edge/devices/posix_probe.sh",
    "edge/estimation/efficiencies.toml",
    "edge/gates.toml",
    "edge/report/page.html",
    "edge/runner/CMakeLists.txt",
    "edge/runner/source/main.cpp",
    "edge/samples/texts.jsonl",
    "edge/systemd/squeezebert-edge.socket",
    "edge/targets/pixel-8.toml",
)


class Installation:
    """A virtual environment that holds the project and what it asks for."""

    def __init__(self, folder):
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.elsewhere = folder.parent

    def run(self, program, *words):
        """Run a program of the environment where no source of the project lies."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [str(self.scripts / program), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.elsewhere, env=environment, timeout=300)


@pytest.fixture(scope="module")
def base_install(tmp_path_factory):
    """Return an environment with the project and without its extras."""
    folder = tmp_path_factory.mktemp("base")
    sources = folder / "sources"
    sources.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, sources / name)
    venv.create(folder / "environment", with_pip=True)
    installation = Installation(folder / "environment")
    finished = installation.run("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", sources)
    assert finished.returncode == 0, finished.stderr
    shutil.rmtree(sources)
    return installation


@pytest.mark.parametrize("package", ["torch", "transformers", "coremltools", "onnxruntime", "executorch", "matplotlib"])
def test_base_install_has_no(base_install, package):
    assert base_install.run("python", "-c", f"import {package}").returncode != 0


def test_project_is_installed_and_not_read_from_its_sources(base_install):
    finished = base_install.run("python", "-c", "import edge; print(edge.__file__)")

    assert "site-packages" in finished.stdout


@pytest.mark.parametrize("file", DATA_FILES)
def test_data_files_are_installed(base_install, file):
    finished = base_install.run("python", "-c", "import edge; print(edge.__file__)")

    assert (Path(finished.stdout.strip()).parent.parent / file).is_file()


def test_load_predicts_what_it_predicts_with_everything_installed(base_install, small_bundle):
    finished = base_install.run("python", "-c", PREDICT, small_bundle)

    (best,) = edge.load(small_bundle)("great movie")
    assert finished.returncode == 0, finished.stderr
    label, score = json.loads(finished.stdout)
    assert label == best.label
    assert score == pytest.approx(best.score, abs=1e-3)


def test_run_predicts(base_install, small_bundle):
    finished = base_install.run("squeezebert-edge", "run", small_bundle, "great movie", "--json")

    assert finished.returncode == 0, finished.stderr
    assert len(json.loads(finished.stdout)["predictions"]) == 1


def test_verify_runs_tflite_and_notes_what_is_not_run(base_install, small_bundle):
    finished = base_install.run("squeezebert-edge", "verify", small_bundle, "--json")

    assert finished.returncode == 0, finished.stderr
    document = json.loads(finished.stdout)
    assert [row["id"] for row in document["artifacts"]] == ["tflite-int8-dynamic-16", "tflite-int8-dynamic-32"]
    assert {row["artifact"].split("-")[0] for row in document["skipped"]} == {"executorch", "coreml", "onnx"}
    assert "note: onnx-int8-dynamic-16 is not verified here: " in finished.stderr


def test_bench_measures_tflite(base_install, copied_bundle):
    finished = base_install.run("squeezebert-edge", "bench", copied_bundle, *ONE, "--seconds", "0.1", "--json")

    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["results"][0]["runs"] >= 50


@pytest.mark.parametrize("what", ["recipes", "targets", "formats", "tasks"])
def test_list_lists(base_install, what):
    assert base_install.run("squeezebert-edge", "list", what).returncode == 0


def test_inspect_shows_the_bundle(base_install, small_bundle):
    finished = base_install.run("squeezebert-edge", "inspect", small_bundle)

    assert finished.returncode == 0, finished.stderr
    assert "tflite-int8-dynamic-16" in finished.stdout


def test_artifact_without_its_runtime_says_what_to_install(base_install, small_bundle):
    finished = base_install.run(
        "squeezebert-edge", "run", small_bundle, "great movie", "--artifact", "onnx-int8-dynamic-16"
    )

    assert finished.returncode == 2
    assert finished.stderr == "error: running .onnx needs onnxruntime: pip install onnxruntime\n"


def test_build_says_what_to_install(base_install, small_checkpoint, tmp_path):
    finished = base_install.run("squeezebert-edge", "build", small_checkpoint, "--out", tmp_path / "bundle")

    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert "pip install 'squeezebert-edge[build]'" in line
