"""Operators of real artifacts: their types, and on which side of the delegate they run."""

import pytest

from edge.inspection import executorch, inspect_artifact
from tests.inspection.conftest import ALL, FUSED_LINEAR_LAYERS, NORM_PRODUCTS, SEPARATE_LINEAR_LAYERS


def counts(inspection, delegated):
    return {operator.name: operator.count for operator in inspection.operators if operator.delegated == delegated}


@pytest.mark.parametrize(("format_name", "recipe"), ALL)
def test_delegation_sums_the_operators(inspected, format_name, recipe):
    inspection = inspected(format_name, recipe)
    sums = sum(counts(inspection, True).values()), sum(counts(inspection, False).values())
    assert sums == (inspection.delegation.delegated_ops, inspection.delegation.other_ops)


@pytest.mark.parametrize(("format_name", "recipe"), ALL)
def test_the_converter_describes_the_same_delegation(inspected, converted, format_name, recipe):
    assert inspected(format_name, recipe).delegation == converted(format_name, recipe).delegation


@pytest.mark.parametrize(
    ("format_name", "recipe", "operator", "number"),
    [
        ("executorch", "fp32", "XNNFullyConnected", FUSED_LINEAR_LAYERS + NORM_PRODUCTS),
        ("executorch", "int8-dynamic", "XNNFullyConnected", FUSED_LINEAR_LAYERS + NORM_PRODUCTS),
        ("coreml", "int8-weight", "linear", SEPARATE_LINEAR_LAYERS),
        ("tflite", "int8-dynamic", "FULLY_CONNECTED", FUSED_LINEAR_LAYERS),
        ("onnx", "fp32", "Gemm", SEPARATE_LINEAR_LAYERS),
        ("onnx", "int8-dynamic", "MatMulInteger", SEPARATE_LINEAR_LAYERS),
    ],
)
def test_every_linear_layer_is_delegated(inspected, format_name, recipe, operator, number):
    assert counts(inspected(format_name, recipe), True)[operator] == number


@pytest.mark.parametrize(
    ("format_name", "operator"), [("executorch", "aten::embedding.out"), ("tflite", "EMBEDDING_LOOKUP")]
)
def test_lookup_is_outside_of_the_delegate(inspected, format_name, operator):
    assert counts(inspected(format_name, "fp32"), False)[operator] == 1


@pytest.mark.parametrize("recipe", ["fp32", "int8-weight"])
def test_core_ml_constants_are_no_operators(inspected, recipe):
    assert not [name for name in counts(inspected("coreml", recipe), True) if name.startswith("const")]


def test_most_frequent_operator_comes_first(inspected):
    numbers = [operator.count for operator in inspected("onnx", "fp32").operators]
    assert numbers == sorted(numbers, reverse=True)


def test_delegate_of_an_unknown_backend_is_one_operator(converted, monkeypatch):
    monkeypatch.setattr(executorch, "BACKEND", "AnotherBackend")
    inspection = inspect_artifact(converted("executorch", "fp32").path)
    assert set(counts(inspection, True)) == {"XnnpackBackend"}
    assert "opaque" in next(layer for layer in inspection.layers if layer.layer == "delegate 0 constants").dtypes
