"""Every way in which coremltools stores weights in fewer bits, against coremltools' own decompression."""

import numpy as np
import pytest

from edge.runtimes import coreml

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))


def one_linear(target, precision):
    import coremltools as ct
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    weight = np.random.default_rng(0).standard_normal((64, 32)).astype(np.float32)

    @Builder.program(input_specs=[Builder.TensorSpec((1, 32), dtype=types.int32)], opset_version=ct.target[target])
    def program(input_ids):
        return Builder.linear(x=Builder.cast(x=input_ids, dtype="fp32"), weight=weight, name="logits")

    return ct.convert(program, minimum_deployment_target=ct.target[target], compute_precision=ct.precision[precision])


def compress(model, method, **options):
    import coremltools.optimize.coreml as optimize

    configs = {
        "linear_quantize_weights": optimize.OpLinearQuantizerConfig,
        "palettize_weights": optimize.OpPalettizerConfig,
        "prune_weights": optimize.OpMagnitudePrunerConfig,
    }
    config = configs[method](weight_threshold=0, **options)
    return getattr(optimize, method)(model, optimize.OptimizationConfig(global_config=config))


def run_saved(model, path):
    model.save(str(path))
    ids = np.arange(32, dtype=np.int32)[None] - 16
    return coreml.load(path).run({"input_ids": ids})["logits"]


@pytest.mark.parametrize(
    ("target", "method", "options"),
    [
        ("iOS17", "linear_quantize_weights", {"mode": "linear_symmetric"}),
        ("iOS17", "linear_quantize_weights", {"mode": "linear", "dtype": "uint8"}),
        ("iOS18", "linear_quantize_weights", {"mode": "linear", "granularity": "per_channel"}),
        ("iOS18", "linear_quantize_weights", {"dtype": "int4", "granularity": "per_block", "block_size": 8}),
        ("iOS17", "palettize_weights", {"mode": "uniform", "nbits": 6}),
        ("iOS18", "palettize_weights", {"mode": "uniform", "nbits": 4}),
        ("iOS17", "prune_weights", {"target_sparsity": 0.6}),
        ("iOS18", "prune_weights", {"target_sparsity": 0.6}),
    ],
    ids=["int8", "uint8", "int8 iOS 18", "int4 blocks", "6-bit table", "4-bit table", "sparse", "sparse iOS 18"],
)
@pytest.mark.parametrize("precision", ["FLOAT32", "FLOAT16"])
def test_compressed_weights_count_as_coremltools_decompresses_them(target, method, options, precision, tmp_path):
    import coremltools.optimize.coreml as optimize

    compressed = compress(one_linear(target, precision), method, **options)
    actual = run_saved(compressed, tmp_path / "compressed.mlpackage")
    expected = run_saved(optimize.decompress_weights(compressed), tmp_path / "plain.mlpackage")
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("axis", [0, 1])
def test_tables_for_groups_of_rows_and_vectors_of_weights(axis):
    from coremltools.optimize._utils import lut_to_dense

    from edge.runtimes.mil.operations import OPERATIONS

    random = np.random.default_rng(0)
    indices = random.integers(0, 4, (6, 2)).astype(np.uint8)
    tables = random.standard_normal((3, 1, 4, 2)).astype(np.float32)
    actual = OPERATIONS["constexpr_lut_to_dense"](indices=indices, lut=tables, vector_axis=np.int32(axis))
    np.testing.assert_array_equal(actual, lut_to_dense(indices, tables, axis))
