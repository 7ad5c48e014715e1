"""Artifacts of a two-layer SqueezeBERT in every format, converted once by the real converters."""

import itertools
import shutil

import pytest

from converters import convert
from edge.bundle import artifact_info, write_manifest
from edge.checkpoint import load_checkpoint
from edge.inspection import inspect_artifact
from edge.manifest import Manifest, ModelInfo, SamplesInfo, TokenizerInfo
from quantize import find_recipe
from tests.checkpoints import VOCABULARY, save_squeezebert
from tests.inspection import mil_programs

HIDDEN = 32
LENGTH = 32
WORDS = len(VOCABULARY)
# Groups of 4 but for one layer: 3 * 4 + 1 + 4 + 4 in each of two layers, then pooler and classifier.
SEPARATE_LINEAR_LAYERS = 2 * 21 + 2
# One for query, key and value of a group.
FUSED_LINEAR_LAYERS = 2 * 13 + 2
# Of each of five norms the mean and the variance, where they are products.
NORM_PRODUCTS = 2 * 5
RECIPES = {
    "executorch": ("fp32", "int8-dynamic"),
    "coreml": ("fp32", "int8-weight"),
    "tflite": ("fp32", "int8-dynamic"),
    "onnx": ("fp32", "int8-dynamic"),
}
ALL = [(format_name, recipe) for format_name, recipes in RECIPES.items() for recipe in recipes]


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """Return the loaded two-layer checkpoint."""
    folder = tmp_path_factory.mktemp("checkpoint")
    return load_checkpoint(save_squeezebert(folder / "intents", hidden_size=HIDDEN, layers=2))


@pytest.fixture(scope="session")
def converted(checkpoint, tmp_path_factory):
    """Return a function from format and recipe to the path of the artifact."""
    folder = tmp_path_factory.mktemp("inspection")
    done = {}

    def artifact(format_name, recipe):
        if format_name not in done:
            recipes = tuple(find_recipe(name) for name in RECIPES[format_name])
            directory = folder / format_name
            directory.mkdir()
            artifacts = convert(format_name, checkpoint, recipes, LENGTH, directory, {})
            done[format_name] = {each.recipe: each for each in artifacts}
        return done[format_name][recipe]

    return artifact


@pytest.fixture(scope="session")
def inspected(converted):
    """Return a function from format and recipe to the inspection of the artifact; each is read once."""
    done = {}

    def inspection(format_name, recipe):
        if (format_name, recipe) not in done:
            done[format_name, recipe] = inspect_artifact(converted(format_name, recipe).path)
        return done[format_name, recipe]

    return inspection


@pytest.fixture(scope="session")
def inspected_channels_first(checkpoint, tmp_path_factory):
    """Return the inspection of the fp16 package that is written for the Neural Engine."""
    folder = tmp_path_factory.mktemp("neural-engine")
    (artifact,) = convert("coreml", checkpoint, (find_recipe("fp16"),), LENGTH, folder, {}, backend="neural-engine")
    return inspect_artifact(artifact.path)


@pytest.fixture(scope="session")
def bundle(converted, tmp_path_factory):
    """Return a bundle folder with the two .tflite artifacts and the int8 .pte; its parity figures are made up."""
    folder = tmp_path_factory.mktemp("bundle") / "intents"
    artifacts = [
        _bundled(folder, converted(format_name, recipe))
        for format_name, recipe in (("tflite", "fp32"), ("tflite", "int8-dynamic"), ("executorch", "int8-dynamic"))
    ]
    write_manifest(
        folder,
        Manifest(
            schema_version=1,
            model=ModelInfo(
                name="intents",
                task="text-classification",
                labels=["negative", "neutral", "positive"],
                hidden_size=HIDDEN,
                layers=2,
                groups={"q": 4, "k": 4, "v": 4, "post_attention": 1, "intermediate": 4, "output": 4},
                parameters=17_187,
                source_sha256="0" * 64,
            ),
            tokenizer=TokenizerInfo(
                tokenizer_class="BertTokenizer",
                directory="tokenizer",
                vocab_size=WORDS,
                lowercase=True,
                special_tokens={"pad": 0, "unk": 1, "cls": 2, "sep": 3, "mask": 4},
            ),
            vocabulary_pruning=None,
            max_length=LENGTH,
            artifacts=artifacts,
            golden=[],
            tokenizer_files=[],
            quantization=[],
            targets={"raspberry-pi-5": "tflite-int8-dynamic-32"},
            toolchain={},
            samples=SamplesInfo(seed=0, calibration_rows=8, verification_rows=8, source_sha256="0" * 64),
        ),
    )
    return folder


@pytest.fixture
def mb():
    """Return coremltools' builder of MIL operations."""
    return mil_programs.Builder


@pytest.fixture
def mil_package(tmp_path):
    """Return `mil_programs.saved` without its path."""
    numbers = itertools.count()
    return lambda *given, **options: mil_programs.saved(tmp_path / f"{next(numbers)}.mlpackage", *given, **options)


@pytest.fixture
def flexible_package(tmp_path):
    """Return a function from "range" or "enumerated" to a package whose input has such a shape."""
    return lambda kind: mil_programs.saved_flexible(tmp_path / f"{kind}.mlpackage", kind)


@pytest.fixture
def multifunction_package(tmp_path):
    """Return a package of two functions, "long" and "short", that share a weight."""
    return mil_programs.saved_multifunction(tmp_path)


def _bundled(folder, artifact):
    path = folder / artifact.format / artifact.path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(artifact.path, path)
    described = artifact_info(folder, artifact.model_copy(update={"path": path}))
    return described.model_copy(update={"parity": {"cosine": 0.9987, "sqnr_db": 31.4}})
