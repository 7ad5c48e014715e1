"""What an accelerator would compute differently is found in a saved package, with the operation's name."""

import numpy as np
import pytest

from edge.runtimes import coreml
from tests.runtimes.mil_programs import save_program

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))

FIRST_TWO = np.array([[1, 1, 0, 0]], np.int32)


def hazards(folder, body, precision="FLOAT16", inputs=FIRST_TWO):
    from edge.runtimes.mil.evaluator import plan_package
    from edge.runtimes.mil.hazards import search_run
    from edge.runtimes.mil.package import read_package

    return search_run(plan_package(read_package(save_program(folder, body, precision))), {"input_ids": inputs})[1]


def masked_softmax(constant):
    def body(mb, x):
        mask = mb.mul(x=mb.sub(x=1.0, y=x), y=np.float32(constant), name="additive_mask")
        return mb.softmax(x=mb.add(x=mask, y=x, name="scores"), axis=-1, name="probabilities")

    return body


def normalised(epsilon):
    def body(mb, x):
        return mb.layer_norm(x=x, axes=[1], gamma=np.ones(4, np.float32), epsilon=np.float32(epsilon), name="norm")

    return body


def inverse_root(epsilon):
    def body(mb, x):
        return mb.rsqrt(x=mb.add(x=x, y=np.float32(epsilon), name="floor"), name="root")

    return body


@pytest.mark.parametrize("precision", ["FLOAT16", "FLOAT32"])
@pytest.mark.parametrize("body", [masked_softmax(-1e4), normalised(1e-7), inverse_root(1e-5)])
def test_a_healthy_program_has_none(tmp_path, body, precision):
    assert hazards(tmp_path, body, precision) == []


def test_the_smallest_float32_as_mask_is_infinite_in_float16(tmp_path):
    (found,) = hazards(tmp_path, masked_softmax(np.finfo(np.float32).min))
    assert (found.kind, found.operation, found.variable) == ("overflow", "mul", "additive_mask_cast_fp16")
    assert str(found).startswith("float16 overflow in mul 'additive_mask_cast_fp16': 1 of 1 values is -inf in its con")


def test_a_sum_that_float16_cannot_hold_is_named_with_its_size(tmp_path):
    def body(mb, x):
        lowered = mb.mul(x=mb.sub(x=1.0, y=x), y=-6e4, name="lowered")
        return mb.softmax(x=mb.add(x=lowered, y=mb.mul(x=lowered, y=0.5), name="scores"), axis=-1, name="probabilities")

    (found,) = hazards(tmp_path, body)
    assert str(found) == (
        "float16 overflow in add 'scores_cast_fp16': 2 of 4 values are -inf "
        "(up to 9e+04 before rounding; float16 ends at 65504)"
    )


def test_a_cast_that_overflows_is_named(tmp_path):
    # coremltools leaves an operation with a constant of 1e6 in float32 and casts its result.
    (found,) = hazards(tmp_path, masked_softmax(-1e6))
    assert (found.kind, found.operation) == ("overflow", "cast")
    assert "2 of 4 values are -inf (up to 1e+06 before rounding" in str(found)


def test_a_value_that_is_no_number_is_found(tmp_path):
    (found,) = hazards(tmp_path, lambda mb, x: mb.sqrt(x=mb.sub(x=x, y=1.0), name="root"))
    assert str(found) == "float16 not-a-number in sqrt 'root': 2 of 4 values are NaN".replace(
        "'root'", repr(found.variable)
    )


def test_float32_overflows_too(tmp_path):
    (found,) = hazards(tmp_path, lambda mb, x: mb.exp(x=mb.mul(x=x, y=200.0), name="result"), "FLOAT32")
    assert str(found) == "float32 overflow in exp 'result': 2 of 4 values are inf"


def test_only_the_first_operation_of_a_chain_is_reported(tmp_path):
    def body(mb, x):
        large = mb.square(x=mb.mul(x=x, y=300.0), name="large")
        return mb.mul(x=mb.square(x=large), y=2.0, name="result")

    assert [each.variable for each in hazards(tmp_path, body)] == ["large_cast_fp16"]


def test_independent_overflows_are_all_reported(tmp_path):
    def body(mb, x):
        parts = [mb.exp(x=mb.mul(x=x, y=20.0), name="first"), mb.exp(x=mb.mul(x=x, y=30.0), name="second")]
        return mb.concat(values=parts, axis=1, name="result")

    assert [each.variable for each in hazards(tmp_path, body)] == ["first_cast_fp16", "second_cast_fp16"]


@pytest.mark.parametrize(
    ("body", "operation", "variable", "parameter"),
    [
        (normalised(1e-12), "layer_norm", "norm", "epsilon"),
        (normalised(0.0), "layer_norm", "norm", "epsilon"),
        (inverse_root(1e-12), "add", "floor", "y"),
        (lambda mb, x: mb.rsqrt(x=x, epsilon=1e-12, name="root"), "rsqrt", "root", "epsilon"),
        (lambda mb, x: mb.log(x=x, epsilon=1e-30, name="result"), "log", "result", "epsilon"),
        (
            lambda mb, x: mb.real_div(x=x, y=mb.maximum(x=x, y=1e-9, name="floor"), name="share"),
            "maximum",
            "floor",
            "y",
        ),
        (lambda mb, x: mb.real_div(x=x, y=mb.clip(x=x, alpha=0.0, beta=9.0, name="kept")), "clip", "kept", "alpha"),
    ],
    ids=["norm", "norm without epsilon", "add", "rsqrt", "log", "maximum", "clip"],
)
def test_an_epsilon_that_float16_loses_is_named(tmp_path, body, operation, variable, parameter):
    # The input has no zero, so that nothing but the constant is found.
    found = [
        each for each in hazards(tmp_path, body, inputs=np.array([[1, 2, 3, 4]], np.int32)) if each.kind == "epsilon"
    ]
    assert [each.operation for each in found][:1] == [operation]
    assert found[0].variable.startswith(variable)
    assert f"its {parameter} is" in str(found[0])


@pytest.mark.parametrize("body", [normalised(1e-12), inverse_root(1e-12)])
def test_float32_keeps_a_small_epsilon(tmp_path, body):
    assert hazards(tmp_path, body, "FLOAT32", inputs=np.array([[1, 2, 3, 4]], np.int32)) == []


def test_a_clip_without_an_upper_end_has_no_hazard(tmp_path):
    assert hazards(tmp_path, lambda mb, x: mb.clip(x=x, alpha=0.5, beta=np.finfo(np.float32).max, name="result")) == []


def test_a_relu_is_no_lost_epsilon(tmp_path):
    assert hazards(tmp_path, lambda mb, x: mb.maximum(x=mb.sub(x=x, y=0.5), y=0.0, name="result")) == []
