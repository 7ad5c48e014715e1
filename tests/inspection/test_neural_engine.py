"""What published rules say of Core ML packages: each rule names its operation, the others are not named."""

import numpy as np
import pytest

from edge.inspection.neural_engine import neural_engine_findings
from edge.inspection.neural_engine_checks import CHECKS
from edge.inspection.neural_engine_rules import RULES


def half(*shape):
    return np.ones(shape, np.float16)


def hits(found):
    return {(finding.rule, finding.type) for finding in found.findings}


@pytest.fixture
def checked(mil_package):
    """Return a function from a MIL program to what the rules say of it."""
    return lambda program, *shapes, **options: neural_engine_findings(mil_package(program, *shapes, **options))


def test_every_rule_has_a_check_and_a_source():
    assert [rule.name for rule in RULES] == list(CHECKS)
    assert all(rule.sources for rule in RULES)


def test_finding_names_the_operation_and_its_products(checked, mb):
    (finding,) = checked(lambda x: mb.linear(x=x, weight=half(6, 16), name="scores"), (2, 16)).findings
    assert finding.model_dump() == {
        "function": "main",
        "type": "linear",
        "name": "scores",
        "rule": "layout",
        "macs": 2 * 16 * 6,
    }


def test_channels_first_attention_is_eligible_but_for_the_lookup(checked, mb):
    def program(ids):
        looked_up = mb.gather(x=half(20, 16), indices=ids, axis=0)
        rows = mb.transpose(x=looked_up, perm=[0, 2, 1])
        hidden = mb.expand_dims(x=rows, axes=[2])
        query, key, value = (mb.conv(x=hidden, weight=each * half(16, 4, 1, 1), groups=4) for each in (1, 2, 3))
        scores = mb.einsum(values=(mb.transpose(x=key, perm=[0, 3, 2, 1]), query), equation="nchw,nwhu->nchu")
        weights = mb.softmax(x=scores, axis=1)
        context = mb.einsum(values=(value, weights), equation="nchw,nwhu->nchu")
        return mb.layer_norm(x=context, axes=[1], gamma=half(16), beta=half(16), epsilon=np.float16(1e-5))

    found = checked(program, (1, 8), dtype="int32")
    (function,) = found.functions
    assert {finding.type for finding in found.findings} <= {"gather", "cast", "greater_equal", "add", "select"}
    assert ("gather", "gather") in hits(found)
    assert function.macs == 3 * (8 * 16 * 4) + 2 * (8 * 8 * 16)
    assert function.macs == function.eligible_macs == function.unnamed_macs


def test_float32_leaves_with_all_its_products(checked, mb):
    found = checked(
        lambda x: mb.conv(x=x, weight=np.ones((4, 8, 1, 1), np.float32)), (1, 8, 1, 4), dtype="fp32", precision="fp32"
    )
    assert hits(found) == {("float32", "conv")}
    assert (found.functions[0].macs, found.functions[0].eligible_macs) == (4 * 8 * 4, 0)


def test_casts_of_float32_inputs_and_outputs_stay(checked, mb):
    found = checked(lambda x: mb.conv(x=x, weight=np.ones((4, 8, 1, 1), np.float32)), (1, 8, 1, 4), dtype="fp32")
    assert hits(found) == set()


def test_int32_is_found(checked, mb):
    found = checked(lambda x: mb.add(x=x, y=np.int32(1)), (1, 8), dtype="int32")
    assert hits(found) == {("integer", "add")}


def test_weights_that_are_decompressed_are_no_integers(checked, mb):
    def program(x):
        weight = mb.constexpr_affine_dequantize(
            quantized_data=np.ones((4, 8, 1, 1), np.uint8), zero_point=np.uint8(0), scale=np.float16(1), axis=0
        )
        return mb.conv(x=x, weight=weight)

    assert hits(checked(program, (1, 8, 1, 4))) == set()


def test_booleans_are_found(checked, mb):
    found = checked(lambda x: mb.select(cond=mb.greater(x=x, y=np.float16(0)), a=x, b=np.float16(-1)), (1, 8))
    assert hits(found) == {("bool", "greater"), ("bool", "select")}


@pytest.mark.parametrize(("operation", "indices"), [("gather_along_axis", (3, 8)), ("gather_nd", (3, 2))])
def test_lookups_are_found(checked, mb, operation, indices):
    found = checked(lambda x: getattr(mb, operation)(x=x, indices=np.zeros(indices, np.int32)), (1, 8))
    assert ("gather", operation) in hits(found)


def test_writes_by_index_are_found(checked, mb):
    found = checked(
        lambda x: mb.scatter_nd(data=x, indices=np.zeros((1, 2), np.int32), updates=half(1), mode="update"), (1, 8)
    )
    assert ("scatter", "scatter_nd") in hits(found)


def test_recurrent_layers_are_found_and_leave_the_share_open(checked, mb):
    def program(x):
        weights = {"weight_ih": np.ones((12, 3), np.float32), "weight_hh": np.ones((12, 4), np.float32)}
        return mb.gru(x=x, initial_h=np.zeros((1, 4), np.float32), **weights)[0]

    found = checked(program, (5, 1, 3), dtype="fp32")
    assert ("recurrent", "gru") in hits(found)
    assert (found.functions[0].macs, found.functions[0].eligible_macs) == (None, 0)


def test_five_dimensions_are_named_but_stay_eligible(checked, mb):
    found = checked(lambda x: mb.relu(x=x), (1, 2, 2, 2, 2))
    assert hits(found) == {("rank-over-4", "relu")}
    assert found.functions[0].eligible_operations == 1


def test_six_dimensions_leave(mil_package, mb):
    package = mil_package(lambda x: mb.relu(x=x), (1, 2, 2, 2, 2))
    main = package.spec.mlProgram.functions["main"]
    (relu,) = main.block_specializations[main.opset].operations
    # coremltools refuses to save what other tools might.
    relu.outputs[0].type.tensorType.dimensions.add().constant.size = 2
    found = neural_engine_findings(package)
    assert hits(found) == {("rank-over-5", "relu")}
    assert found.functions[0].eligible_operations == 0


def test_range_of_shapes_leaves(flexible_package):
    found = neural_engine_findings(flexible_package("range"))
    assert ("dynamic-shape", "conv") in hits(found)
    assert "enumerated-shapes" not in {finding.rule for finding in found.findings}


def test_enumerated_shapes_are_named_but_stay_eligible(flexible_package):
    found = neural_engine_findings(flexible_package("enumerated"))
    assert ("enumerated-shapes", "conv") in hits(found)
    assert "dynamic-shape" not in {finding.rule for finding in found.findings}


def test_products_of_three_dimensions_are_out_of_layout(checked, mb):
    found = checked(lambda x: mb.conv(x=x, weight=half(4, 8, 1)), (1, 8, 4))
    assert hits(found) == {("layout", "conv")}
    assert (found.functions[0].eligible_macs, found.functions[0].unnamed_macs) == (4 * 8 * 4, 0)


def test_attention_over_all_heads_is_named(checked, mb):
    found = checked(lambda x: mb.scaled_dot_product_attention(query=x, key=x, value=x), (1, 2, 4, 8), target="iOS18")
    assert hits(found) == {("fused-attention", "scaled_dot_product_attention")}


@pytest.mark.parametrize(("axis", "named"), [(1, False), (-3, False), (3, True), (-1, True)])
def test_softmax_belongs_to_the_channels(checked, mb, axis, named):
    found = checked(lambda x: mb.softmax(x=x, axis=axis), (1, 8, 1, 4))
    assert hits(found) == ({("softmax-axis", "softmax")} if named else set())


@pytest.mark.parametrize(("shape", "named"), [((1, 8, 1, 1), True), ((1, 1, 1, 1), False), ((1, 8, 1, 2), False)])
def test_last_axis_of_one_element_is_padded(checked, mb, shape, named):
    assert hits(checked(lambda x: mb.relu(x=x), shape)) == ({("last-axis-of-1", "relu")} if named else set())


@pytest.mark.parametrize(("epsilon", "named"), [(1e-12, True), (6e-8, True), (1e-7, False), (1e-5, False)])
def test_small_epsilon_of_a_layer_norm_is_named(checked, mb, epsilon, named):
    found = checked(lambda x: mb.layer_norm(x=x, axes=[1], epsilon=np.float16(epsilon)), (1, 8, 1, 4))
    assert hits(found) == ({("epsilon", "layer_norm")} if named else set())


def test_small_epsilon_is_no_finding_in_float32(checked, mb):
    found = checked(
        lambda x: mb.layer_norm(x=x, axes=[1], epsilon=np.float32(1e-12)), (1, 8, 1, 4), dtype="fp32", precision="fp32"
    )
    assert hits(found) == {("float32", "layer_norm")}


def test_small_epsilon_that_is_added_is_named(checked, mb):
    found = checked(lambda x: mb.sqrt(x=mb.add(x=x, y=np.float16(6e-8))), (1, 8))
    assert hits(found) == {("epsilon", "add")}


@pytest.mark.parametrize(("least", "named"), [(6e-8, {("epsilon", "clip")}), (1e-7, set())])
def test_least_value_is_an_epsilon(checked, mb, least, named):
    found = checked(lambda x: mb.rsqrt(x=mb.clip(x=x, alpha=np.float16(least), beta=np.float16(1))), (1, 8))
    assert hits(found) == named


@pytest.mark.parametrize("operation", ["rsqrt", "log"])
def test_default_epsilon_needs_another_one_before(checked, mb, operation):
    bare = checked(lambda x: getattr(mb, operation)(x=x), (1, 8))
    guarded = checked(lambda x: getattr(mb, operation)(x=mb.add(x=x, y=np.float16(1e-5))), (1, 8))
    assert (hits(bare), hits(guarded)) == ({("epsilon", operation)}, set())


def test_every_function_is_checked(multifunction_package):
    found = neural_engine_findings(multifunction_package)
    assert [(function.name, function.macs) for function in found.functions] == [("long", 512), ("short", 256)]
    assert {(finding.function, finding.macs) for finding in found.findings} == {("long", 512), ("short", 256)}


def test_plain_encoder_in_float32_leaves_entirely(inspected):
    (function,) = inspected("coreml", "fp32").neural_engine.functions
    assert function.macs > 0
    assert function.eligible_macs == 0


def test_plain_encoder_in_float16_is_eligible_but_in_another_layout(inspected):
    found = inspected("coreml", "int8-weight").neural_engine
    (function,) = found.functions
    assert function.eligible_macs == function.macs > 0
    assert function.unnamed_macs == 0
    assert ("layout", "linear") in hits(found)
    assert ("gather", "gather") in hits(found)


def test_encoder_for_the_neural_engine_is_in_its_layout(inspected_channels_first):
    found = inspected_channels_first.neural_engine
    (function,) = found.functions
    assert function.eligible_macs == function.macs > 0
    assert not {"layout", "rank-over-4", "softmax-axis", "epsilon", "float32"} & {rule for rule, _ in hits(found)}
    assert ("gather", "gather") in hits(found)


def test_other_formats_have_no_neural_engine(inspected):
    assert inspected("onnx", "fp32").neural_engine is None
