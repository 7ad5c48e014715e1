"""The floor: an encoder's linear layers alone, each live."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks.contestant import CONTESTANTS
from benchmarks.product_chain import make_chain
from benchmarks.routes import products_executorch, products_tflite
from benchmarks.routes.request import Request
from edge.checkpoint import load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.attention import MatrixProduct
from tests.checkpoints import save_squeezebert

LENGTH = 16


@pytest.fixture(scope="module")
def checkpoint_folder(tmp_path_factory):
    return save_squeezebert(tmp_path_factory.mktemp("chain") / "encoder", task="feature-extraction", layers=2)


@pytest.fixture(scope="module")
def encoder(checkpoint_folder):
    return Encoder(load_checkpoint(checkpoint_folder), LENGTH, EncoderVariant())


def linears_of(encoder):
    return [module for module in encoder.layers.modules() if isinstance(module, torch.nn.Linear)]


def chain_of(encoder, kinds=(torch.nn.Linear, MatrixProduct)):
    return make_chain(encoder, {name for name, module in encoder.named_modules() if isinstance(module, kinds)})


def test_every_linear_layer_is_in_the_chain_once(encoder):
    chain = chain_of(encoder, torch.nn.Linear)

    assert {id(layer) for layer in chain.layers} == {id(layer) for layer in linears_of(encoder)}
    assert len(chain.layers) == len(linears_of(encoder))


def test_attention_s_products_have_their_shapes(encoder):
    products = chain_of(encoder, MatrixProduct)

    operands = [tuple(products.source_shapes[source] for source in sources) for sources in products.sources]
    head = (4, LENGTH, 8)
    # The keys are transposed in the product, as a runtime does it.
    assert operands == [(head, head), ((4, LENGTH, LENGTH), head)] * 2


def test_every_product_is_live(encoder):
    chain = chain_of(encoder)

    inputs = len(chain.input_shapes)
    products = range(inputs, inputs + len(chain.layers))
    read = {source for sources in chain.sources for source in sources}
    assert set(products) <= read | set(chain.output_indices)
    assert not read & set(chain.output_indices)


def test_no_product_reads_a_later_one(encoder):
    chain = chain_of(encoder)

    inputs = len(chain.input_shapes)
    assert all(max(sources) < inputs + index for index, sources in enumerate(chain.sources))


def test_layers_that_share_an_input_in_the_encoder_share_one_here(encoder):
    read = {}
    handles = [
        layer.register_forward_hook(lambda module, inputs, output: read.update({id(module): inputs[0]}))
        for layer in linears_of(encoder)
    ]
    with torch.no_grad():
        encoder(*encoder.example_inputs())
    for handle in handles:
        handle.remove()
    chain = chain_of(encoder)
    sources = {id(layer): source for layer, source in zip(chain.layers, chain.sources, strict=True)}

    for first, first_input in read.items():
        for second, second_input in read.items():
            shared = (first_input.data_ptr(), first_input.shape) == (second_input.data_ptr(), second_input.shape)
            if shared:
                assert sources[first] == sources[second]


def test_chain_runs_on_its_example_inputs(encoder):
    chain = chain_of(encoder)

    outputs = chain(*chain.example_inputs())

    assert len(outputs) == len(chain.output_indices)
    assert all(output.abs().max() > 0 for output in outputs)


def test_only_the_named_layers(encoder):
    names = {name for name, module in encoder.named_modules() if isinstance(module, torch.nn.Linear)}
    taken = {sorted(name for name in names if name.startswith("layers."))[0]}

    assert len(make_chain(encoder, taken).layers) == 1


def build(route, name, checkpoint_folder, folder, length=LENGTH):
    folder.mkdir(exist_ok=True)
    return route.build(Request((CONTESTANTS[name],), checkpoint_folder, length), folder)[name]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["int8-dynamic", "int8-static"])
def test_tflite_floor_has_products_only(checkpoint_folder, tmp_path, recipe):
    built = build(products_tflite, f"products-tflite-{recipe}", checkpoint_folder, tmp_path / "floor")

    assert set(built.operators) == {"FULLY_CONNECTED", *(["BATCH_MATMUL"] if recipe == "int8-static" else [])}
    assert json.loads(json.dumps(built.as_dict()))["file"] == str(built.file)
    assert Path(built.file).stat().st_size > 0


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["int8-dynamic", "int8-static"])
def test_executorch_floor_has_products_and_their_quantization_only(checkpoint_folder, tmp_path, recipe):
    built = build(products_executorch, f"products-executorch-{recipe}", checkpoint_folder, tmp_path / "floor")
    (products, _), (conversions, _) = built.operators["XNNFullyConnected"], built.operators["XNNConvert"]

    assert set(built.operators) == {"XNNFullyConnected", "XNNConvert"}
    # At run time each product's input; with static ranges the ends of the graph alone.
    assert conversions <= products if recipe == "int8-dynamic" else conversions < products / 2


@pytest.mark.slow
def test_products_that_read_the_same_stay_several(tmp_path):
    # Beyond 128 tokens the scores are int8 and the context is not, so that all scores read the graph's inputs.
    checkpoint = save_squeezebert(tmp_path / "long", task="feature-extraction", layers=3, max_length=160)

    built = build(products_tflite, "products-tflite-int8-static", checkpoint, tmp_path / "floor", length=160)

    assert built.operators["BATCH_MATMUL"] == (3, 0)
