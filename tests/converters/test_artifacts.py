"""What is true of the artifacts of every format: names, values, sizes, and bytes that do not depend on this machine."""

from pathlib import Path

import numpy as np
import pytest

from converters import FORMATS, find_backend, find_format, recipes_of_backend
from edge.checksums import sha256, size
from edge.errors import InputError
from edge.runtimes import load_runtime
from quantize.weights import quantize_rows

LENGTH = 16
# A word that the vocabulary has, and whose row is not zeros.
WORD = 150


def load(artifact):
    return load_runtime(artifact.format, artifact.path, artifact.inputs, artifact.outputs, 1, artifact.minimum_runtime)


def run(artifact, inputs):
    return load(artifact).run(inputs)


def content(path):
    """Return all bytes of a file, or of the files in a folder."""
    files = [path] if path.is_file() else sorted(member for member in path.rglob("*") if member.is_file())
    return b"".join(file.read_bytes() for file in files)


def holds_int8_row(artifact, values):
    """Whether the int8 `values` lie side by side in the artifact, each at most one step off."""
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(content(artifact.path), np.int8), len(values))
    near = windows[np.abs(windows[:, 0].astype(np.int16) - values[0]) <= 1]
    return bool((np.abs(near.astype(np.int16) - values) <= 1).all(axis=1).any())


def test_one_artifact_for_each_recipe(conversion):
    recipes = [recipe.name for recipe in recipes_of_backend(conversion.backend)]
    prefix, suffix = conversion.backend.prefix, find_format(conversion.format).suffix

    assert [artifact.recipe for artifact in conversion.artifacts] == recipes
    assert [artifact.path.name for artifact in conversion.artifacts] == [
        f"{prefix}{recipe}-{LENGTH}{suffix}" for recipe in recipes
    ]


def test_an_id_names_format_backend_recipe_and_length(conversion):
    prefix = conversion.backend.prefix

    assert [artifact.id for artifact in conversion.artifacts] == [
        f"{conversion.format}-{prefix}{artifact.recipe}-{LENGTH}" for artifact in conversion.artifacts
    ]


def test_nothing_else_is_left_in_the_folder(conversion):
    folder = conversion.artifacts[0].path.parent

    expected = [artifact.path for artifact in conversion.artifacts]
    expected += [artifact.layer_values for artifact in conversion.artifacts if artifact.layer_values is not None]

    assert sorted(folder.iterdir()) == sorted(expected)


def test_files_are_not_executable(conversion):
    for artifact in conversion.artifacts:
        files = [artifact.path, *artifact.path.rglob("*")] if artifact.path.is_dir() else [artifact.path]

        assert not any(file.stat().st_mode & 0o111 for file in files if file.is_file())


def test_inputs_are_int32_and_outputs_float32(conversion):
    for artifact in conversion.artifacts:
        assert [(spec.name, spec.dtype, spec.shape) for spec in artifact.inputs] == [
            (name, "int32", [1, LENGTH]) for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        # LiteRT's have metadata, and probabilities with it: tests/converters/test_tflite_metadata.py.
        names = ("probabilities", "logits") if artifact.format == "tflite" else ("logits",)
        assert [(spec.name, spec.dtype, spec.shape) for spec in artifact.outputs] == [
            (name, "float32", [1, 3]) for name in names
        ]


def test_outputs_have_the_names_and_shapes_of_the_specs(conversion, inputs):
    for artifact in conversion.artifacts:
        found = run(artifact, inputs)

        assert found.keys() == {spec.name for spec in artifact.outputs}
        assert all((value.dtype, value.shape) == (np.float32, (1, 3)) for value in found.values())


def test_fp32_is_the_eager_encoder(conversion, inputs, eager_logits):
    found = run(conversion.artifact("fp32"), inputs)["logits"]

    assert np.abs(found - eager_logits).max() <= 1e-4


def test_smaller_recipes_are_close_to_the_eager_encoder(conversion, inputs, eager_logits):
    for artifact in conversion.artifacts:
        noise = run(artifact, inputs)["logits"] - eager_logits

        # Random weights are harder than trained ones: edge/gates.toml is stricter.
        assert 10 * np.log10(np.square(eager_logits).sum() / np.square(noise).sum()) > 15, artifact.id


def test_padding_does_not_change_the_result(conversion, inputs):
    other = {**inputs, "input_ids": np.where(inputs["attention_mask"] == 1, inputs["input_ids"], 1234)}

    for artifact in conversion.artifacts:
        np.testing.assert_allclose(run(artifact, other)["logits"], run(artifact, inputs)["logits"], atol=1e-6)


def test_token_types_change_the_result(conversion, inputs):
    other = {**inputs, "token_type_ids": np.zeros_like(inputs["token_type_ids"])}

    for artifact in conversion.artifacts:
        assert np.abs(run(artifact, other)["logits"] - run(artifact, inputs)["logits"]).max() > 1e-3


def test_padding_row_of_zeros_is_finite(conversion, inputs):
    zeros = {**inputs, "input_ids": np.zeros_like(inputs["input_ids"])}

    for artifact in conversion.artifacts:
        assert np.isfinite(run(artifact, zeros)["logits"]).all()


def test_results_of_an_earlier_run_stay(conversion, inputs):
    for artifact in conversion.artifacts:
        runtime = load(artifact)
        first = runtime.run(inputs)["logits"]
        copy = first.copy()
        runtime.run({**inputs, "input_ids": inputs["input_ids"] + 1})

        np.testing.assert_array_equal(first, copy)


def test_embeddings_are_float_in_fp32_alone(conversion, checkpoint):
    row = checkpoint.weights["embeddings.word_embeddings.weight"][WORD].numpy()

    assert row.tobytes() in content(conversion.artifact("fp32").path)
    for artifact in conversion.int8_artifacts:
        assert row.tobytes() not in content(artifact.path)
        assert row.astype(np.float16).tobytes() not in content(artifact.path)


def test_embeddings_are_int8_per_row_in_int8_recipes(conversion, checkpoint):
    values, _ = quantize_rows(checkpoint.weights["embeddings.word_embeddings.weight"])

    for artifact in conversion.int8_artifacts:
        assert holds_int8_row(artifact, values[WORD].numpy())


def test_int8_is_far_smaller_than_fp32(conversion):
    for artifact in conversion.int8_artifacts:
        assert size(artifact.path) < 0.5 * size(conversion.artifact("fp32").path)


@pytest.mark.slow
def test_converting_twice_gives_the_same_bytes(conversion, second_conversions):
    for first, second in zip(conversion.artifacts, second_conversions[conversion.name].artifacts, strict=True):
        assert sha256(first.path) == sha256(second.path), first.id


def test_no_path_of_this_machine_is_inside(conversion, checkpoint_folder):
    repository = Path(__file__).parents[2]
    site_packages = Path(np.__file__).parents[1]
    for artifact in conversion.artifacts:
        for path in (checkpoint_folder, artifact.path.parent, repository, site_packages, Path.home(), Path("/tmp/")):
            assert f"{path}/".encode() not in content(artifact.path), artifact.id


@pytest.mark.parametrize("content", [b"", b"garbage" * 100])
@pytest.mark.parametrize("format_name", ["executorch", "tflite", "onnx"])
def test_damaged_file_is_refused_in_one_line(tmp_path, format_name, content):
    path = tmp_path / "damaged"
    path.write_bytes(content)

    with pytest.raises(InputError) as error:
        load_runtime(format_name, path, [], [], 1, find_backend(format_name).minimum_runtime)

    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("format_name", FORMATS)
def test_missing_file_is_refused(tmp_path, format_name):
    with pytest.raises(InputError, match="no such artifact"):
        load_runtime(format_name, tmp_path / "missing", [], [], 1, find_backend(format_name).minimum_runtime)


def test_unknown_format_is_refused():
    with pytest.raises(InputError, match="unknown format 'gguf': choose one of executorch, coreml, tflite, onnx"):
        find_format("gguf")
