"""Keys of the cache: whatever shapes an artifact changes its key, and nothing else does."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import converters
import edge
import quantize
from converters import FileOptions, find_backend
from edge.checkpoint import load_checkpoint
from edge.conversion_keys import (
    calibration_key,
    checkpoint_content,
    code_sha256,
    conversion_key,
    reference_key,
    sources_sha256,
)
from edge.conversions import Conversion
from quantize import find_recipe

CODE = "0" * 64


@pytest.fixture
def copied_checkpoint(small_checkpoint, tmp_path):
    """Return a copy of the small checkpoint, under another name, for one test to change."""
    return Path(shutil.copytree(small_checkpoint, tmp_path / "renamed"))


def content(folder, task=None):
    return checkpoint_content(load_checkpoint(folder, task))


def key(
    checkpoint,
    format_name="tflite",
    recipe="int8-dynamic",
    length=16,
    plan=None,
    code=CODE,
    backend=None,
    **options,
):
    lengths = length if isinstance(length, tuple) else (length,)
    conversion = Conversion(
        find_backend(format_name, backend), recipe, lengths, FileOptions(**options), Path("anywhere")
    )
    return conversion_key(checkpoint, conversion, plan, code)


def test_place_and_name_of_a_checkpoint_do_not_count(small_checkpoint, copied_checkpoint):
    assert key(content(small_checkpoint)) == key(content(copied_checkpoint))


def test_one_weight_counts(small_checkpoint, copied_checkpoint):
    file = copied_checkpoint / "model.safetensors"
    weights = load_file(file)
    weights["classifier.bias"][0] += 1e-6
    save_file(weights, file, metadata={"format": "pt"})

    assert key(content(small_checkpoint)) != key(content(copied_checkpoint))


def test_weights_count_where_the_hash_of_the_source_is_the_same(small_checkpoint):
    checkpoint = load_checkpoint(small_checkpoint)
    name = "embeddings.word_embeddings.weight"
    pruned = dataclasses.replace(checkpoint, weights={**checkpoint.weights, name: checkpoint.weights[name][:-1]})

    assert pruned.source_sha256 == checkpoint.source_sha256
    assert key(checkpoint_content(pruned)) != key(checkpoint_content(checkpoint))


def test_configuration_counts(small_checkpoint, copied_checkpoint):
    file = copied_checkpoint / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "hidden_act": "relu"}))

    assert key(content(small_checkpoint)) != key(content(copied_checkpoint))


def test_task_counts(small_checkpoint):
    assert key(content(small_checkpoint)) != key(content(small_checkpoint, "feature-extraction"))


@pytest.mark.parametrize(
    "change",
    [{"format_name": "onnx"}, {"recipe": "fp32"}, {"length": 32}, {"length": (16, 32)}, {"code": "1" * 64}],
    ids=str,
)
def test_format_recipe_length_and_code_count(small_checkpoint, change):
    checkpoint = content(small_checkpoint)

    assert key(checkpoint) != key(checkpoint, **change)


@pytest.mark.parametrize(
    "change", [{"backend": "neural-engine"}, {"deployment_target": "iOS18"}, {"classifier": True}], ids=str
)
def test_backend_and_options_count(small_checkpoint, change):
    checkpoint = content(small_checkpoint)

    assert key(checkpoint, "coreml", "fp16") != key(checkpoint, "coreml", "fp16", **change)


def test_licence_of_the_checkpoint_counts(small_checkpoint, copied_checkpoint):
    (copied_checkpoint / "README.md").write_text("---\nlicense: mit\n---\n")

    assert key(content(small_checkpoint)) != key(content(copied_checkpoint))


def test_content_of_the_plan_counts(small_checkpoint, tmp_path):
    checkpoint = content(small_checkpoint)
    (tmp_path / "first.json").write_text("{}")
    (tmp_path / "copy.json").write_text("{}")
    (tmp_path / "other.json").write_text("{ }")
    first, copy, other = (
        key(checkpoint, recipe="int8-static", plan=tmp_path / f"{name}.json") for name in ("first", "copy", "other")
    )

    assert first == copy != other


def test_content_of_the_recipe_counts(small_checkpoint, monkeypatch):
    checkpoint = content(small_checkpoint)
    before = key(checkpoint, recipe="int8-static")
    recipe = find_recipe("int8-static")
    changed = dataclasses.replace(recipe, static=dataclasses.replace(recipe.static, equalization=0.25))
    monkeypatch.setattr("edge.conversion_keys.find_recipe", lambda name: changed)

    assert key(checkpoint, recipe="int8-static") != before


def test_version_of_a_package_counts(small_checkpoint, monkeypatch):
    checkpoint = content(small_checkpoint)
    before = key(checkpoint)
    monkeypatch.setattr("importlib.metadata.version", lambda package: "1.2.3")

    assert key(checkpoint) != before


def test_calibration_counts_its_texts_length_and_limit(small_checkpoint, tmp_path):
    checkpoint = content(small_checkpoint)
    for name, text in {"a.txt": "pay\n", "b.txt": "call\n", "copy.txt": "pay\n", "a.csv": "pay\n"}.items():
        (tmp_path / name).write_text(text)

    def of(name=None, length=16, max_drop=None):
        texts = None if name is None else tmp_path / name
        return calibration_key(checkpoint, "int8-static", texts, length, max_drop, CODE)

    assert of("a.txt") == of("copy.txt")
    assert len({of(), of("a.txt"), of("b.txt"), of("a.csv"), of(length=32), of(max_drop=0.5), of(max_drop=1.0)}) == 7


def test_reference_counts_its_texts_and_length(small_checkpoint):
    checkpoint = content(small_checkpoint)
    one, pair = (("pay", None),), (("pay", "the bill"),)
    keys = [reference_key(checkpoint, texts, length, CODE) for texts in (one, pair) for length in (16, 32)]

    assert len(set(keys)) == 4


def test_any_source_file_counts(tmp_path):
    folder = Path(converters.__file__).parent
    before = sources_sha256({"converters": folder})
    for file in sorted(folder.glob("*.py")):
        copied = Path(shutil.copytree(folder, tmp_path / file.stem))
        assert sources_sha256({"converters": copied}) == before
        with (copied / file.name).open("a") as source:
            source.write("# changed\n")
        assert sources_sha256({"converters": copied}) != before


def test_converters_quantizers_and_encoder_are_in_the_code():
    folders = {module.__name__: Path(module.__file__).parent for module in (converters, quantize, edge)}

    assert code_sha256() == sources_sha256(folders)


def test_tensors_of_another_layout_in_memory_are_the_same(small_checkpoint):
    checkpoint = load_checkpoint(small_checkpoint)
    name = "classifier.weight"
    other = checkpoint.weights[name].t().contiguous().t()
    assert not other.is_contiguous()
    assert torch.equal(other, checkpoint.weights[name])

    same = dataclasses.replace(checkpoint, weights={**checkpoint.weights, name: other})

    assert checkpoint_content(same) == checkpoint_content(checkpoint)
