"""Small encoders are converted by coremltools; the saved packages must compute what torch computes."""

import copy
from pathlib import Path

import numpy as np
import pytest

from edge.errors import InputError
from edge.runtimes import coreml

pytestmark = pytest.mark.skipif(coreml.why_unavailable() is not None, reason=str(coreml.why_unavailable()))
torch = pytest.importorskip("torch")

LENGTH, HIDDEN, HEADS, GROUPS, WORDS = 16, 32, 4, 2, 90


class LinearLayer(torch.nn.Module):
    """A BERT layer on [S, C] in the form that CPUs like: linear layers and layer_norm."""

    def __init__(self):
        super().__init__()
        self.qkv = torch.nn.Linear(HIDDEN, 3 * HIDDEN)
        self.post = torch.nn.Linear(HIDDEN, HIDDEN)
        self.wide = torch.nn.Linear(HIDDEN, 4 * HIDDEN)
        self.narrow = torch.nn.Linear(4 * HIDDEN, HIDDEN)
        self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(HIDDEN, eps=1e-6) for _ in range(2))

    def forward(self, x, mask):
        q, k, v = (each.view(-1, HEADS, HIDDEN // HEADS).permute(1, 0, 2) for each in self.qkv(x).chunk(3, -1))
        weights = torch.softmax(q @ k.transpose(1, 2) * (HIDDEN // HEADS) ** -0.5 + mask, -1)
        x = self.norms[0](x + self.post((weights @ v).permute(1, 0, 2).reshape(-1, HIDDEN)))
        return self.norms[1](x + self.narrow(torch.nn.functional.gelu(self.wide(x))))


class ConvolutionLayer(torch.nn.Module):
    """The same on [1, C, 1, S] in the form that the Neural Engine likes: grouped 1x1 convolutions."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (torch.nn.Conv2d(HIDDEN, HIDDEN, 1, groups=GROUPS) for _ in range(3))
        self.post = torch.nn.Conv2d(HIDDEN, HIDDEN, 1)
        self.wide = torch.nn.Conv2d(HIDDEN, 4 * HIDDEN, 1, groups=GROUPS)
        self.narrow = torch.nn.Conv2d(4 * HIDDEN, HIDDEN, 1, groups=GROUPS)
        self.gain = torch.nn.Parameter(torch.rand(1, HIDDEN, 1, 1) + 0.5)

    def norm(self, x):
        centred = x - x.mean(1, keepdim=True)
        return centred * torch.rsqrt((centred * centred).mean(1, keepdim=True) + 1e-6) * self.gain

    def forward(self, x, mask):
        q, k, v = (each(x).view(HEADS, HIDDEN // HEADS, -1) for each in (self.q, self.k, self.v))
        weights = torch.softmax(k.transpose(1, 2) @ q * (HIDDEN // HEADS) ** -0.5 + mask.transpose(0, 1), 1)
        x = self.norm(x + self.post((v @ weights).reshape(1, HIDDEN, 1, -1)))
        return self.norm(x + self.narrow(torch.nn.functional.gelu(self.wide(x))))


class Encoder(torch.nn.Module):
    """Two layers between an embedding and a classifier of the first token."""

    def __init__(self, layer):
        super().__init__()
        self.words = torch.nn.Embedding(WORDS, HIDDEN)
        self.positions = torch.nn.Parameter(torch.randn(LENGTH, HIDDEN))
        self.layers = torch.nn.ModuleList(layer() for _ in range(2))
        self.head = torch.nn.Linear(HIDDEN, 3)
        self.on_channels = layer is ConvolutionLayer

    def forward(self, input_ids, attention_mask):
        x = self.words(input_ids[0]) + self.positions
        mask = (1.0 - attention_mask.to(torch.float32)) * -1e4
        if self.on_channels:
            x = x.t()[None, :, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        tokens = x[0, :, 0].t() if self.on_channels else x
        return self.head(torch.tanh(tokens[:1])), tokens


class AttentionOfWords(torch.nn.Module):
    """An encoder without positions, for any length."""

    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(WORDS, HIDDEN)
        self.norm = torch.nn.LayerNorm(HIDDEN)

    def forward(self, input_ids, attention_mask):
        x = self.words(input_ids)
        mask = (1.0 - attention_mask.to(torch.float32))[:, None] * -1e4
        tokens = self.norm(torch.softmax(x @ x.transpose(1, 2) + mask, -1) @ x)
        return tokens[:, 0], tokens


def make_encoder(layer):
    torch.manual_seed(7)
    return Encoder(layer).eval()


def make_inputs(length=LENGTH):
    ids = np.random.default_rng(3).integers(0, WORDS, (1, length), dtype=np.int32)
    mask = (np.arange(length) < length - 3).astype(np.int32)[None]
    return {"input_ids": ids, "attention_mask": mask}


def convert(encoder, precision, shape=(1, LENGTH), target="iOS17"):
    import coremltools as ct

    example = tuple(torch.from_numpy(array) for array in make_inputs().values())
    return ct.convert(
        torch.jit.trace(encoder, example),
        inputs=[ct.TensorType(name, shape, dtype=np.int32) for name in ("input_ids", "attention_mask")],
        outputs=[ct.TensorType("logits"), ct.TensorType("tokens")],
        minimum_deployment_target=ct.target[target],
        compute_precision=ct.precision[precision],
    )


def quantize_weights(model):
    import coremltools.optimize.coreml as optimize

    config = optimize.OpLinearQuantizerConfig(mode="linear_symmetric", granularity="per_channel", weight_threshold=0)
    return optimize.linear_quantize_weights(model, optimize.OptimizationConfig(global_config=config))


def with_quantized_weights(encoder):
    """Return a copy whose matrices hold what symmetric int8 with one scale for each row can hold."""
    result = copy.deepcopy(encoder)
    for weight in result.parameters():
        if weight.ndim > 1:
            scale = weight.detach().flatten(1).abs().amax(1).view(-1, *[1] * (weight.ndim - 1)) / 127
            weight.data = torch.round(weight.data / scale) * scale
    return result


def load_saved(model, folder: Path):
    path = folder / "encoder.mlpackage"
    model.save(str(path))
    return coreml.load(path)


def difference_from_torch(runtime, encoder, inputs):
    """Return the largest absolute difference over all outputs."""
    with torch.no_grad():
        expected = encoder(*(torch.from_numpy(array) for array in inputs.values()))
    actual = runtime.run(inputs)
    return max(
        np.abs(actual[name] - want.numpy()).max() for name, want in zip(("logits", "tokens"), expected, strict=True)
    )


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    return load_saved(convert(make_encoder(LinearLayer), "FLOAT32"), tmp_path_factory.mktemp("fp32"))


@pytest.mark.parametrize("layer", [LinearLayer, ConvolutionLayer])
def test_fp32_package_computes_what_torch_computes(layer, tmp_path):
    encoder = make_encoder(layer)
    assert difference_from_torch(load_saved(convert(encoder, "FLOAT32"), tmp_path), encoder, make_inputs()) <= 1e-5


@pytest.mark.parametrize("layer", [LinearLayer, ConvolutionLayer])
def test_fp16_package_differs_from_torch_by_float16_rounding(layer, tmp_path):
    encoder = make_encoder(layer)
    difference = difference_from_torch(load_saved(convert(encoder, "FLOAT16"), tmp_path), encoder, make_inputs())
    # Values of up to 4 are half an ulp, 1e-3, off after each of some twenty roundings; none is no rounding at all.
    assert 1e-5 < difference <= 1e-2


@pytest.mark.parametrize("layer", [LinearLayer, ConvolutionLayer])
def test_int8_weights_are_dequantized_as_they_were_quantized(layer, tmp_path):
    encoder = make_encoder(layer)
    runtime = load_saved(quantize_weights(convert(encoder, "FLOAT32")), tmp_path)
    assert difference_from_torch(runtime, with_quantized_weights(encoder), make_inputs()) <= 2e-5


def test_int8_weights_in_an_fp16_package_stay_near_torch(tmp_path):
    encoder = make_encoder(LinearLayer)
    runtime = load_saved(quantize_weights(convert(encoder, "FLOAT16")), tmp_path)
    # coremltools divides by the scale in float16: some 2% of the weights land one step beside the nearest.
    assert difference_from_torch(runtime, with_quantized_weights(encoder), make_inputs()) <= 3e-2


def test_one_package_serves_several_enumerated_lengths(tmp_path):
    import coremltools as ct

    encoder = AttentionOfWords().eval()
    shapes = ct.EnumeratedShapes([(1, 8), (1, LENGTH)], default=(1, LENGTH))
    runtime = load_saved(convert(encoder, "FLOAT32", shapes, target="iOS18"), tmp_path)
    assert max(difference_from_torch(runtime, encoder, make_inputs(length)) for length in (8, LENGTH)) <= 1e-5
    with pytest.raises(InputError, match=r"takes int32 \[1, 8\] or \[1, 16\]"):
        runtime.run(make_inputs(12))


def test_outputs_are_float32_by_name(runtime):
    outputs = runtime.run(make_inputs())
    assert {name: (value.shape, value.dtype) for name, value in outputs.items()} == {
        "logits": ((1, 3), np.float32),
        "tokens": ((LENGTH, HIDDEN), np.float32),
    }


def test_a_second_run_gives_the_same_bits(runtime):
    first, second = runtime.run(make_inputs()), runtime.run(make_inputs())
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_evaluation_says_what_it_is_and_that_its_time_means_nothing(runtime):
    assert runtime.name.startswith("numpy evaluation of the saved .mlpackage (coremltools ")
    assert not runtime.measures_latency


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"attention_mask": None}, r"inputs are \['input_ids'\], .* takes \['attention_mask', 'input_ids'\]"),
        ({"token_type_ids": np.zeros((1, LENGTH), np.int32)}, "token_type_ids"),
        ({"input_ids": np.zeros((1, 5), np.int32)}, r"'input_ids' is int32 \[1, 5\], .* takes int32 \[1, 16\]"),
        ({"input_ids": np.zeros((1, LENGTH), np.int64)}, "'input_ids' is int64"),
        ({"input_ids": np.full((1, LENGTH), WORDS, np.int32)}, "check the token ids"),
    ],
    ids=["missing", "unknown", "wrong length", "wrong dtype", "id outside of the vocabulary"],
)
def test_inputs_that_do_not_fit_are_refused(runtime, change, message):
    inputs = {name: array for name, array in {**make_inputs(), **change}.items() if array is not None}
    with pytest.raises(InputError, match=message):
        runtime.run(inputs)
