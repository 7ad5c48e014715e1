"""Interpreters that devices still have: what they compute of our files, each in a virtual environment of its own."""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import numpy as np
import pytest
import torch

import edge
from converters import convert
from edge.bundle import artifact_info, open_bundle, write_manifest
from edge.checkpoint import load_checkpoint
from edge.encoder import EncoderVariant
from edge.examples import make_examples
from edge.model_inputs import pad_inputs
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from quantize.calibration import calibrate, prepared_encoder
from quantize.embedding import quantize_embeddings
from quantize.static_linear import quantize_linears
from quantize.static_product import quantize_products

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
LENGTH = 64
# numpy 2 changed the binary interface that tflite-runtime 2.14.0 was built for.
TFLITE_RUNTIME = ("tflite-runtime==2.14.0", "numpy<2")
# The oldest and the newest that were run.
TENSORFLOWS = ("tensorflow-cpu==2.14.1", "tensorflow-cpu==2.21.0")
# What edge.load needs of the base install.
BASE = ("pydantic", "tokenizers", "packaging")
TEXTS = ("great movie", "send money to my bank account today", "good")

COMPUTE = """
import sys
import numpy as np
kind, path, cases, results = sys.argv[1:]
if kind == "tflite-runtime":
    from tflite_runtime.interpreter import Interpreter, OpResolverType
else:
    from tensorflow import lite
    Interpreter, OpResolverType = lite.Interpreter, lite.experimental.OpResolverType
arrays, found = np.load(cases), {}
for resolver in ("AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"):
    interpreter = Interpreter(model_path=path, experimental_op_resolver_type=OpResolverType[resolver])
    run = interpreter.get_signature_runner()
    rows = [run(**{name: arrays[name][i] for name in arrays.files})["logits"] for i in range(len(arrays["input_ids"]))]
    found[resolver] = np.array(rows)
np.savez(results, **found)
"""
PREDICT = """
import json, sys
import edge
from edge.errors import EdgeError
answers = []
for artifact in (None, "tflite-int8-static-64", "tflite-int8-dynamic-64"):
    try:
        model = edge.load(sys.argv[1], artifact)
        used = [entry.id for entry in model.artifacts]
        scores = [{p.label: p.score for p in model(text, top_k=3)} for text in sys.argv[2:]]
        answers.append({"used": used, "scores": scores})
    except EdgeError as error:
        answers.append({"error": str(error), "status": error.exit_status})
print(json.dumps(answers))
"""


class Environment:
    """A virtual environment with some packages, which finds the project by its path."""

    def __init__(self, folder, *packages):
        venv.create(folder, with_pip=True)
        self.python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)

    def run(self, *words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        finished = subprocess.run(
            [str(self.python), *map(str, words)],
            capture_output=True,
            text=True,
            env={**environment, "PYTHONPATH": str(PROJECT)},
            timeout=900,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout


@pytest.fixture(scope="module")
def checkpoint(small_checkpoint):
    return load_checkpoint(small_checkpoint)


@pytest.fixture(scope="module")
def examples(checkpoint):
    rows = split_samples(bundled_samples()).calibration
    return make_examples(rows, checkpoint.task, False, Tokenizer(checkpoint.directory), LENGTH)


@pytest.fixture(scope="module")
def plan(checkpoint, examples):
    return calibrate(checkpoint, find_recipe("int8-static").static, examples)


@pytest.fixture(scope="module")
def artifacts(checkpoint, plan, tmp_path_factory):
    recipes = tuple(find_recipe(name) for name in ("fp32", "int8-dynamic", "int8-static"))
    made = convert("tflite", checkpoint, recipes, LENGTH, tmp_path_factory.mktemp("tflite"), {"int8-static": plan})
    return {artifact.recipe: artifact for artifact in made}


@pytest.fixture(scope="module")
def bundle(small_checkpoint, artifacts, tmp_path_factory):
    """Return a bundle with int8-dynamic and int8-static."""
    directory = tmp_path_factory.mktemp("bundle") / "sentiment"
    built = edge.build(small_checkpoint, directory, formats=["tflite"], recipes=["fp32"], sequence_lengths=[LENGTH])
    entries = []
    for recipe in ("int8-dynamic", "int8-static"):
        path = Path(shutil.copy(artifacts[recipe].path, directory / "tflite"))
        entries.append(artifact_info(directory, artifacts[recipe].model_copy(update={"path": path})))
    write_manifest(directory, built.manifest.model_copy(update={"artifacts": entries}))
    return directory


@pytest.fixture(scope="module")
def cases(checkpoint, plan, examples, tmp_path_factory):
    """Return a file with padded texts, and their logits in fp32 and in the eager simulation of int8-static.

    The last two are the same three tokens with other padding.
    """
    encoders = {
        recipe: prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan) for recipe in ("fp32", "int8-static")
    }
    quantize_linears(encoders["int8-static"], plan)
    quantize_products(encoders["int8-static"], plan)
    quantize_embeddings(encoders["int8-static"])
    names = encoders["fp32"].input_names
    rows = [pad_inputs(row.input_ids, row.token_type_ids, names, LENGTH, 0) for row in examples[:30]]
    rows += [pad_inputs((2, 150, 3), (0, 0, 0), names, LENGTH, pad) for pad in (0, 77)]
    path = tmp_path_factory.mktemp("cases") / "inputs.npz"
    np.savez(path, **{name: np.array([row[name] for row in rows]) for name in names})
    with torch.inference_mode():
        logits = {
            recipe: np.array([encoder(*(torch.from_numpy(row[name]) for name in names))[0].numpy() for row in rows])
            for recipe, encoder in encoders.items()
        }
    return path, logits


@pytest.fixture(scope="module")
def tflite_runtime(tmp_path_factory):
    return Environment(tmp_path_factory.mktemp("tflite-runtime"), *TFLITE_RUNTIME, *BASE)


def sqnr(expected, found):
    return 10 * np.log10(np.square(expected).sum() / np.square(expected - found).sum())


def check_values(environment, kind, recipe, artifacts, cases, folder):
    """Check that an interpreter computes a recipe right, with its delegate and without."""
    inputs, logits = cases
    environment.run("-c", COMPUTE, kind, artifacts[recipe].path, inputs, folder / "found.npz")

    found = np.load(folder / "found.npz")

    for resolver in found.files:
        # Two ways of rounding, each step of which moves others: as far from each other as from fp32.
        assert sqnr(logits[recipe], found[resolver]) > {"fp32": 80, "int8-static": 25}[recipe]
        assert sqnr(logits["fp32"], found[resolver]) > 25
        np.testing.assert_array_equal(found[resolver][-1], found[resolver][-2])


@pytest.mark.parametrize("recipe", ["fp32", "int8-static"])
def test_tflite_runtime_computes(tflite_runtime, recipe, artifacts, cases, tmp_path):
    check_values(tflite_runtime, "tflite-runtime", recipe, artifacts, cases, tmp_path)


def test_tflite_runtime_still_computes_int8_dynamic_wrong(tflite_runtime, artifacts, cases, tmp_path):
    """The reason for which it is not in the minimum."""
    with pytest.raises(AssertionError):
        check_values(
            tflite_runtime, "tflite-runtime", "int8-static", {"int8-static": artifacts["int8-dynamic"]}, cases, tmp_path
        )


@pytest.mark.parametrize("package", TENSORFLOWS)
def test_tensorflow_computes(package, artifacts, cases, tmp_path):
    environment = Environment(tmp_path / "environment", package)

    for recipe in ("fp32", "int8-static"):
        check_values(environment, "tensorflow", recipe, artifacts, cases, tmp_path)


def test_load_on_tflite_runtime_takes_int8_static(tflite_runtime, bundle):
    best, static, dynamic = json.loads(tflite_runtime.run("-c", PREDICT, bundle, *TEXTS))

    assert best["used"] == static["used"] == ["tflite-int8-static-64"]
    here = edge.load(bundle, "tflite-int8-static-64")
    for text, scores in zip(TEXTS, static["scores"], strict=True):
        assert scores == pytest.approx({p.label: p.score for p in here(text, top_k=3)}, abs=0.05)
    assert dynamic["status"] == 2
    assert dynamic["error"].startswith("tflite-runtime 2.14.0 does not compute this artifact right")


def test_load_on_tflite_runtime_refuses_a_bundle_of_int8_dynamic_alone(tflite_runtime, bundle, tmp_path):
    directory = Path(shutil.copytree(bundle, tmp_path / "sentiment"))
    manifest = open_bundle(directory).manifest
    write_manifest(directory, manifest.model_copy(update={"artifacts": manifest.artifacts[:1]}))

    refused, *_ = json.loads(tflite_runtime.run("-c", PREDICT, directory, *TEXTS))

    assert refused["status"] == 2
    (line,) = refused["error"].splitlines()
    assert line.startswith(f"{directory}: nothing here runs on this host: tflite-runtime 2.14.0 does not compute this")
    assert line.endswith("at least ai-edge-litert 1.0.1 or tensorflow 2.18.0: pip install 'ai-edge-litert>=1.0.1'")
