"""int8-dynamic in LiteRT: which constants become int8, and that the rest of the file stays."""

import numpy as np
import pytest
import torch
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from torch import nn

from converters.tflite import convert_float
from edge.encoder.grouped_linear import linear
from quantize.embedding import QuantizedEmbedding
from quantize.tflite_dynamic import quantize_weights
from quantize.weights import quantize_rows

ROWS, VOCABULARY, CHANNELS, OUTPUTS = 8, 50, 16, 24


class Model(nn.Module):
    """A lookup and a linear layer: what every artifact is made of."""

    input_names = ("input_ids",)
    output_names = ("result",)

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.word = nn.Embedding(VOCABULARY, CHANNELS, _weight=torch.randn(VOCABULARY, CHANNELS, generator=generator))
        self.linear = linear(
            torch.randn(OUTPUTS, CHANNELS, generator=generator), torch.randn(OUTPUTS, generator=generator)
        )
        self.requires_grad_(False)

    def forward(self, input_ids):
        return (self.linear(self.word(input_ids).view(ROWS, CHANNELS)),)

    def example_inputs(self):
        return (torch.zeros(1, ROWS, dtype=torch.int32),)


@pytest.fixture(scope="module")
def model():
    return Model().eval()


@pytest.fixture(scope="module")
def contents(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("tflite") / "float.tflite"
    convert_float(model, path)
    return path.read_bytes(), quantize_weights(path.read_bytes())


def run(content, ids):
    interpreter = Interpreter(model_content=content)
    return interpreter.get_signature_runner()(input_ids=ids)["result"]


def constants(content, dtype):
    """Return the constants of a type that have two dimensions or more."""
    parsed = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    kind, numpy_type = {"int8": (schema.TensorType.INT8, np.int8), "float32": (schema.TensorType.FLOAT32, np.float32)}[
        dtype
    ]
    found = []
    for tensor in parsed.subgraphs[0].tensors:
        data = parsed.buffers[tensor.buffer].data
        if data is not None and tensor.type == kind and len(tensor.shape) > 1:
            found.append((tensor, np.frombuffer(bytes(data), numpy_type).reshape(tensor.shape)))
    return found


def test_matrices_hold_the_values_of_every_other_format(model, contents):
    found = {tuple(values.shape): values for _, values in constants(contents[1], "int8")}

    for weight in (model.word.weight, model.linear.weight):
        np.testing.assert_array_equal(found[tuple(weight.shape)], quantize_rows(weight)[0].numpy())


def test_no_float_matrix_is_left_but_the_scales_of_the_rows(contents):
    assert [list(tensor.shape) for tensor, _ in constants(contents[1], "float32")] == [[VOCABULARY, 1]]


def test_linear_layers_have_a_scale_for_each_output_channel(model, contents):
    (scales,) = (
        tensor.quantization.scale
        for tensor, values in constants(contents[1], "int8")
        if values.shape == (OUTPUTS, CHANNELS)
    )

    np.testing.assert_array_equal(scales, quantize_rows(model.linear.weight)[1].numpy())


def test_result_is_that_of_int8_weights_and_inputs(model, contents):
    ids = np.arange(ROWS, dtype=np.int32)[np.newaxis] * 5
    embedded = QuantizedEmbedding(model.word.weight)(torch.from_numpy(ids)).view(ROWS, CHANNELS)
    values, scales = quantize_rows(model.linear.weight)
    exact = embedded @ (values * scales.unsqueeze(1)).T + model.linear.bias

    difference = np.abs(run(contents[1], ids) - exact.numpy()).max()

    # Inputs of 8 bits in each row: half a step of a row's range, times the weights that it meets.
    step = float((embedded.amax(1) - embedded.amin(1)).max()) / 255
    assert 0 < difference < step / 2 * float((values * scales.unsqueeze(1)).abs().sum(1).max())


def test_a_file_without_constants_of_these_kinds_stays_as_it_is(tmp_path):
    class Sum(nn.Module):
        input_names, output_names = ("input_ids",), ("result",)

        def forward(self, input_ids):
            return (input_ids.to(torch.float32) * 2.0 + 1.0,)

        def example_inputs(self):
            return (torch.zeros(1, ROWS, dtype=torch.int32),)

    convert_float(Sum().eval(), tmp_path / "float.tflite")
    content = (tmp_path / "float.tflite").read_bytes()
    ids = np.arange(ROWS, dtype=np.int32)[np.newaxis]

    np.testing.assert_array_equal(run(quantize_weights(content), ids), run(content, ids))
