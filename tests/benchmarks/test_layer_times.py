"""Operators of an inference, counted to the layer types that they belong to."""

import pytest

from benchmarks.core_peak import write_linear
from benchmarks.layer_times import linear_type, linear_types, measure_inference, measure_layers, time_by_type
from edge.errors import ConversionError
from edge.estimation.layer_work import LayerType
from edge.inspection import inspect_artifact
from tests.checkpoints import save_bert

L = LayerType


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((576, 192), L.QUERY_KEY_VALUE),
        ((768, 768), L.POST_ATTENTION),
        ((768, 192), L.INTERMEDIATE),
        ((192, 768), L.OUTPUT),
        # int8-static: a group without its outlier neurons, and the pair of layers that these neurons are.
        ((752, 192), L.INTERMEDIATE),
        ((192, 752), L.OUTPUT),
        ((62, 768), L.INTERMEDIATE),
        ((768, 62), L.OUTPUT),
    ],
)
def test_weights_of_squeezebert_base_tell_its_layers_apart(shape, kind):
    assert linear_type(shape, hidden=768, groups=4) == kind


def test_weight_of_no_layer_is_refused():
    with pytest.raises(ConversionError, match="none of the encoder's"):
        linear_type((5, 7), hidden=768, groups=4)


def test_operators_belong_to_the_layer_around_them():
    events = [
        ("EMBEDDING_LOOKUP", 1.0),
        ("Add (ND)", 2.0),
        ("Slice (ND, X32)", 4.0),
        ("Fully Connected (NC, F32) GEMM", 8.0),
        ("Transpose (ND, X32) Transpose", 16.0),
        ("Batch Matrix Multiply (NC, F32) GEMM", 32.0),
        ("Add (ND)", 64.0),
        ("Softmax (NC, F32)", 128.0),
        ("Batch Matrix Multiply (NC, F32) GEMM", 256.0),
        ("Fully Connected (NC, F32) GEMM", 512.0),
        ("Mean (ND) Reduce2", 1024.0),
        ("Fully Connected (NC, F32) GEMM", 2048.0),
        ("GELU (NC)", 4096.0),
        ("Fully Connected (NC, F32) GEMM", 8192.0),
        ("Add (ND)", 16384.0),
    ]

    found = time_by_type(events, [L.QUERY_KEY_VALUE, L.POST_ATTENTION, L.INTERMEDIATE, L.OUTPUT])

    assert found == {
        # The slice before the first linear layer is not told apart from the embedding.
        L.EMBEDDING: 7.0,
        L.QUERY_KEY_VALUE: 8.0,
        L.MOVEMENT: 16.0,
        L.ATTENTION_PRODUCTS: 288.0,
        L.SOFTMAX: 192.0,
        L.POST_ATTENTION: 512.0,
        L.LAYER_NORM: 1024.0 + 16384.0,
        L.INTERMEDIATE: 2048.0,
        L.ACTIVATION: 4096.0,
        L.OUTPUT: 8192.0,
    }


@pytest.mark.parametrize(("linears", "word"), [([], "more"), ([L.OUTPUT, L.OUTPUT], "fewer")])
def test_linear_layers_that_the_file_does_not_have_are_refused(linears, word):
    with pytest.raises(ConversionError, match=f"{word} linear layers ran"):
        time_by_type([("Fully Connected (NC, F32) GEMM", 1.0)], linears)


@pytest.mark.parametrize("kind", ["fp32", "int8"])
def test_a_peak_is_measured_on_one_linear_layer(kind, tmp_path):
    write_linear(tmp_path / "linear.tflite", 8, 32, 16, kind)

    (operator,) = inspect_artifact(tmp_path / "linear.tflite").operators

    assert (operator.name, operator.count) == ("FULLY_CONNECTED", 1)
    assert measure_inference(str(tmp_path / "linear.tflite"), threads=1, rounds=1, runs=2)["inference_ms"] > 0


def test_every_layer_type_of_an_artifact_takes_time(tmp_path):
    import edge

    checkpoint = save_bert(tmp_path / "model", task="feature-extraction", hidden_size=64, heads=4)
    bundle = edge.build(checkpoint, tmp_path / "bundle", formats=["tflite"], recipes=["fp32"], sequence_lengths=[32])
    path = bundle.path(bundle.artifact("tflite-fp32-32"))

    found = measure_layers(str(path), threads=1, rounds=1, runs=3, hidden=64, groups=1)

    assert linear_types(path, 64, 1) == 2 * [L.QUERY_KEY_VALUE, L.POST_ATTENTION, L.INTERMEDIATE, L.OUTPUT]
    assert set(found["layers_ms"]) == {kind.value for kind in LayerType} - {"head"}
    assert found["inference_ms"] > 0
