"""A .pte of int64 inputs takes as many tokens as a text has, and computes what the padded file of int32 inputs does."""

from collections import Counter

import numpy as np
import pytest
import torch

from converters import convert
from converters.file_options import FileOptions
from edge.checkpoint import load_checkpoint
from edge.runtimes.executorch_metadata import read_metadata
from edge.runtimes.executorch_program import read_method
from quantize import find_recipe
from tests.checkpoints import save_bert, save_sentence_transformer, save_squeezebert
from tests.plans import static_plan

LENGTH = 16
TOKENS = (2, 7, LENGTH)

# What is saved, and the recipes that it is converted to.
MODELS = {
    "embedding": (save_sentence_transformer, {}, ("int8-dynamic",)),
    "pair": (save_squeezebert, {"task": "text-classification"}, ("int8-static",)),
    "tokens": (save_squeezebert, {"task": "token-classification"}, ("int8-dynamic",)),
    "mask": (save_bert, {"task": "fill-mask"}, ("int8-dynamic",)),
}


def loaded(path):
    from executorch.runtime import Runtime

    return Runtime.get().load_program(path).load_method("forward")


def example(names, tokens):
    """Return a text of `tokens` tokens without padding, by name."""
    generator = np.random.default_rng(tokens)
    columns = {
        "input_ids": generator.integers(5, 150, (1, tokens)),
        "attention_mask": np.ones((1, tokens), np.int64),
        "token_type_ids": (np.arange(tokens) >= tokens // 2).astype(np.int64)[None],
    }
    return [columns[name] for name in names]


def run(method, arrays, dtype, length):
    padded = [np.pad(array, ((0, 0), (0, length - array.shape[1]))).astype(dtype) for array in arrays]
    return [output.clone().numpy() for output in method.execute([torch.from_numpy(array) for array in padded])]


@pytest.fixture(scope="module", params=MODELS)
def checkpoint(request, tmp_path_factory):
    save, options, recipes = MODELS[request.param]
    return load_checkpoint(save(tmp_path_factory.mktemp("checkpoint") / request.param, **options)), recipes


@pytest.fixture(scope="module")
def pairs(checkpoint, tmp_path_factory):
    """Return the fixed and the dynamic artifact of each recipe."""
    model, names = checkpoint
    plans = {"int8-static": static_plan(model, LENGTH)} if "int8-static" in names else {}
    recipes = tuple(find_recipe(name) for name in names)
    made = []
    for dtype in ("int32", "int64"):
        folder = tmp_path_factory.mktemp(dtype)
        options = FileOptions(input_dtype=dtype)
        made.append(convert("executorch", model, recipes, LENGTH, folder, plans, options=options))
    return list(zip(*made, strict=True))


def test_fewer_tokens_give_what_padding_gives(pairs):
    for fixed, dynamic in pairs:
        names = [spec.name for spec in dynamic.inputs]
        padded, unpadded = loaded(fixed.path), loaded(dynamic.path)
        for tokens in (*TOKENS, *reversed(TOKENS)):
            arrays = example(names, tokens)
            expected = run(padded, arrays, np.int32, LENGTH)
            found = run(unpadded, arrays, np.int64, tokens)
            for wanted, got, spec in zip(expected, found, dynamic.outputs, strict=True):
                by_token = len(spec.shape) == 3
                assert got.shape == (1, tokens, *spec.shape[2:]) if by_token else tuple(spec.shape)
                # Sums over fewer terms are added in another order.
                np.testing.assert_allclose(got, wanted[:, :tokens] if by_token else wanted, atol=1e-5)


def test_more_tokens_are_refused_by_the_runtime(pairs):
    for _, dynamic in pairs:
        arrays = example([spec.name for spec in dynamic.inputs], LENGTH + 1)

        with pytest.raises(RuntimeError):
            run(loaded(dynamic.path), arrays, np.int64, LENGTH + 1)


def test_inputs_are_described_as_int64_of_the_largest_length(pairs):
    for fixed, dynamic in pairs:
        assert {spec.dtype for spec in fixed.inputs} == {"int32"}
        assert {(spec.dtype, tuple(spec.shape)) for spec in dynamic.inputs} == {("int64", (1, LENGTH))}
        assert (fixed.id, fixed.outputs) == (dynamic.id, dynamic.outputs)


def test_only_data_movement_stands_outside_of_the_delegates(pairs):
    moving = {
        "aten::embedding.out",
        "aten::slice_copy.Tensor_out",
        "aten::sum.IntList_out",
        "aten::sym_size.int",
        "aten::unsqueeze_copy.out",
        "dim_order_ops::_to_dim_order_copy.out",
        "executorch_prim::et_view.default",
        "XnnpackBackend",
    }
    for _, dynamic in pairs:
        calls = Counter(call.name for call in read_method(dynamic.path).calls)

        assert set(calls) <= moving
        assert dynamic.delegation.other_ops == sum(calls.values()) - calls["XnnpackBackend"]


def test_constant_methods_say_what_the_program_is(checkpoint, pairs):
    from executorch.extension.pybindings.portable_lib import _load_for_executorch

    model, _ = checkpoint
    for fixed, dynamic in pairs:
        for artifact in (fixed, dynamic):
            metadata = read_metadata(artifact.path)
            module = _load_for_executorch(str(artifact.path))

            # What is read without ExecuTorch is what ExecuTorch's own method returns.
            assert set(module.method_names()) == {"forward", *metadata}
            assert {name: list(module.run_method(name)) for name in metadata} == metadata
            assert metadata["get_max_seq_len"] == [LENGTH]
            assert metadata["get_vocab_size"] == [model.config.vocab_size]
            assert metadata["get_task"] == [model.task.name]
            assert metadata["get_input_names"] == [spec.name for spec in artifact.inputs]
            assert metadata["get_output_names"] == [spec.name for spec in artifact.outputs]
            assert metadata.get("get_labels", []) == list(model.labels)
            assert metadata.get("get_pooling", []) == list(model.pooling.modes if model.pooling else ())
        assert read_metadata(fixed.path)["enable_dynamic_shape"] == [False]
        assert read_metadata(dynamic.path)["enable_dynamic_shape"] == [True]
        assert "get_model_schema" not in read_metadata(fixed.path)


@pytest.mark.parametrize("checkpoint", ["embedding"], indirect=True)
def test_the_same_checkpoint_gives_the_same_bytes(checkpoint, pairs, tmp_path):
    model, _ = checkpoint
    (again,) = convert(
        "executorch",
        model,
        (find_recipe("int8-dynamic"),),
        LENGTH,
        tmp_path,
        {},
        options=FileOptions(input_dtype="int64"),
    )

    assert again.path.read_bytes() == pairs[0][1].path.read_bytes()
