"""Nearly all operators run in the accelerated backend."""

import onnx
import pytest

from edge.runtimes.tflite import operators_outside_delegates

# Token ids and masks are int32 and lookups stay outside of XNNPACK; everything else is inside.
MOST_OUTSIDE = 8


@pytest.mark.parametrize("format_name", ["executorch", "tflite"])
def test_nearly_everything_is_delegated(conversions, format_name):
    for artifact in conversions[format_name].artifacts:
        assert artifact.delegation.other_ops <= MOST_OUTSIDE, artifact.id
        assert artifact.delegation.delegated_ops > 100


def test_only_lookups_and_casts_are_outside_of_tflite_s_delegate(conversions):
    for artifact in conversions["tflite"].artifacts:
        _, outside = operators_outside_delegates(artifact.path)

        assert set(outside) <= {"GATHER", "EMBEDDING_LOOKUP", "CAST", "RESHAPE", "DEQUANTIZE", "MUL"}


def test_onnx_multiplies_in_int8(conversions):
    def operators(recipe):
        model = onnx.load(conversions["onnx"].artifact(recipe).path)
        return [node.op_type for node in model.graph.node]

    assert "Gemm" not in operators("int8-dynamic")
    assert operators("int8-dynamic").count("MatMulInteger") == operators("fp32").count("Gemm")


# What `converters.onnx_metadata` writes.
OWN_NOTES = {"name", "author", "license", "version", "task", "labels", "pooling", "config"}


def test_onnx_has_no_notes_of_the_exporter(conversions):
    for artifact in conversions["onnx"].artifacts:
        model = onnx.load(artifact.path)

        assert {entry.key for entry in model.metadata_props} == OWN_NOTES
        assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
