"""int8-static in LiteRT: the file holds the plan's ranges, and each linear layer rounds as the eager simulation."""

from pathlib import Path

import numpy as np
import pytest
import torch
from ai_edge_litert import schema_py_generated as schema
from torch import nn

from converters import convert
from edge.encoder import EncoderVariant
from edge.encoder.attention import MatrixProduct
from edge.errors import ConversionError
from edge.examples import make_examples
from edge.inspection import inspect_artifact
from edge.model_inputs import pad_inputs
from edge.runtimes import load_runtime
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import find_recipe
from quantize.calibration import prepared_encoder
from quantize.embedding import quantize_embeddings
from quantize.fused_projections import fuse_projections
from quantize.static_linear import StaticLinear
from quantize.static_linear import quantize_linears as simulate
from quantize.static_plan import LinearRanges, ProductRanges, Range, StaticPlan
from quantize.static_product import StaticProduct, quantize_products
from quantize.tflite_static import quantize_layers

LENGTH = 16
ROWS = 64
# What runtimes of 2023 know: tflite-runtime 2.14.0 has no newer ones.
KNOWN_VERSIONS = {
    "QUANTIZE": 1,
    "DEQUANTIZE": 2,
    "FULLY_CONNECTED": 5,
    "BATCH_MATMUL": 2,
    "TRANSPOSE": 2,
    "SLICE": 2,
    "CONCATENATION": 2,
    "EMBEDDING_LOOKUP": 1,
    "CAST": 3,
}
WIDE = LinearRanges(Range(-4.0, 4.0), Range(-6.0, 5.0))


class File:
    """A parsed .tflite."""

    def __init__(self, content):
        self.content = content
        self.model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
        self.graph = self.model.subgraphs[0]

    def operators(self, name):
        number = getattr(schema.BuiltinOperator, name)
        codes = self.model.operatorCodes
        return [operator for operator in self.graph.operators if codes[operator.opcodeIndex].builtinCode == number]

    def tensor(self, index):
        return self.graph.tensors[index]

    def values(self, index, dtype):
        tensor = self.tensor(index)
        return np.frombuffer(bytes(self.model.buffers[tensor.buffer].data), dtype).reshape(tensor.shape)

    def scale_and_zero_point(self, index):
        quantization = self.tensor(index).quantization
        return float(quantization.scale[0]), int(quantization.zeroPoint[0])

    def linears(self):
        """Return (int8 weights, operator) of each int8 linear layer."""
        int8 = schema.TensorType.INT8
        return [
            (self.values(operator.inputs[1], np.int8), operator)
            for operator in self.operators("FULLY_CONNECTED")
            if self.tensor(operator.inputs[0]).type == int8
        ]


@pytest.fixture(scope="module")
def examples(checkpoint):
    tokenizer = Tokenizer(checkpoint.directory)
    rows = split_samples(bundled_samples()).calibration
    return make_examples(rows, checkpoint.task, checkpoint.pooling is not None, tokenizer, LENGTH)


@pytest.fixture(scope="module")
def artifacts(checkpoint, plan, tmp_path_factory):
    recipes = (find_recipe("int8-dynamic"), find_recipe("int8-static"))
    return convert("tflite", checkpoint, recipes, LENGTH, tmp_path_factory.mktemp("tflite"), {"int8-static": plan})


@pytest.fixture(scope="module")
def static(artifacts):
    return artifacts[1]


@pytest.fixture(scope="module")
def file(static):
    return File(static.path.read_bytes())


@pytest.fixture(scope="module")
def simulation_and_plan(checkpoint, plan):
    encoder = prepared_encoder(checkpoint, LENGTH, EncoderVariant(), plan)
    fused = fuse_projections(encoder, plan)
    simulate(encoder, fused)
    quantize_products(encoder, fused)
    quantize_embeddings(encoder)
    return encoder, fused


@pytest.fixture(scope="module")
def simulation(simulation_and_plan):
    return simulation_and_plan[0]


@pytest.fixture(scope="module")
def fused_plan(simulation_and_plan):
    return simulation_and_plan[1]


@pytest.fixture(scope="module")
def two_linears(tmp_path_factory):
    """Return a module with two linear layers of equal weights, and its float .tflite."""
    import litert_torch

    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 32)).requires_grad_(False).eval()
    module[2].load_state_dict(module[0].state_dict())
    return module, float_file(module, tmp_path_factory.mktemp("two"), litert_torch)


def float_file(module, folder, litert_torch):
    litert_torch.convert(module, (torch.ones(ROWS, 32),)).export(str(folder / "float.tflite"))
    return (folder / "float.tflite").read_bytes()


def run(content, values):
    from ai_edge_litert.interpreter import Interpreter

    (result,) = Interpreter(model_content=content).get_signature_runner()(args_0=values).values()
    return result


def numbers(rows=ROWS, columns=32):
    return np.random.default_rng(0).standard_normal((rows, columns)).astype(np.float32)


def one_linear(folder, change):
    """Return a float linear layer that `change` has changed, its ranges, and its int8 .tflite."""
    import litert_torch

    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(32, 32)).requires_grad_(False).eval()
    change(module[0])
    reached = module(torch.from_numpy(numbers())).numpy()
    ranges = LinearRanges(Range(-4.0, 4.0), Range(min(reached.min(), 0.0), max(reached.max(), 0.0)))
    content = quantize_layers(float_file(module, folder, litert_torch), module, StaticPlan({"0": ranges}, {}))
    return module[0], ranges, content


def test_every_layer_of_the_plan_has_the_plan_s_scales_and_zero_points(file, simulation, fused_plan):
    plan = fused_plan
    layers = {name: module for name, module in simulation.named_modules() if isinstance(module, StaticLinear)}
    by_weight = {module.values.numpy().tobytes(): name for name, module in layers.items()}
    assert len(by_weight) == len(layers) == len(plan.linears)

    found = {by_weight[values.tobytes()]: operator for values, operator in file.linears()}

    assert found.keys() == plan.linears.keys()
    for name, operator in found.items():
        for index, carried in (
            (operator.inputs[0], plan.linears[name].input),
            (operator.outputs[0], plan.linears[name].output),
        ):
            scale, zero_point = carried.scale_and_zero_point()
            assert file.scale_and_zero_point(index) == (np.float32(scale), zero_point), name
        np.testing.assert_array_equal(file.tensor(operator.inputs[1]).quantization.scale, layers[name].scales)


def test_no_linear_layer_is_float(file, fused_plan):
    assert len(file.operators("FULLY_CONNECTED")) == len(file.linears()) == len(fused_plan.linears)


def test_attention_s_products_have_the_plan_s_scales_and_zero_points(file, fused_plan):
    products = file.operators("BATCH_MATMUL")

    assert len(products) == len(fused_plan.products)
    for operator, ranges in zip(products, fused_plan.products.values(), strict=True):
        indices = (*operator.inputs, *operator.outputs)
        for index, carried in zip(indices, (ranges.left, ranges.right, ranges.output), strict=True):
            scale, zero_point = carried.scale_and_zero_point()
            assert file.scale_and_zero_point(index) == (np.float32(scale), zero_point)


def test_values_change_between_float_and_int8_only_where_something_computes_with_them(file, fused_plan):
    layers = len(fused_plan.products) // 2
    groups = sum(".intermediate.groups." in name for name in fused_plan.linears) // layers
    head = sum(not name.startswith("layers.") for name in fused_plan.linears)

    # A layer rounds what attention reads, its probabilities, what the feed-forward part reads, and in it the neurons of
    # each group and the outliers.
    assert len(file.operators("QUANTIZE")) == layers * (3 + groups + 1) + head
    # It computes in float with the scores, with the same neurons, and with three terms of its two sums.
    assert len(file.operators("DEQUANTIZE")) == layers * (1 + groups + 1 + 3) + head


def test_operators_are_of_versions_that_old_runtimes_know(file):
    for name, version in KNOWN_VERSIONS.items():
        codes = {file.model.operatorCodes[operator.opcodeIndex].version for operator in file.operators(name)}
        assert codes == {version}, name


def test_constants_are_aligned_to_16_bytes(file):
    for buffer in file.model.buffers:
        # Zeros are found in other places too.
        if buffer.data is not None and len(buffer.data) > 64 and np.any(buffer.data):
            assert file.content.find(bytes(buffer.data)) % 16 == 0


def test_nothing_unused_is_left(file):
    used = {int(i) for operator in file.graph.operators for i in (*operator.inputs, *operator.outputs)}

    assert used | {int(i) for i in file.graph.inputs} == set(range(len(file.graph.tensors)))


def test_embeddings_are_int8_values_with_a_scale_for_each_row(file, checkpoint):
    rows, channels = checkpoint.weights["embeddings.word_embeddings.weight"].shape
    tables = {tuple(file.tensor(op.inputs[1]).shape): op.inputs[1] for op in file.operators("EMBEDDING_LOOKUP")}

    assert tables.keys() == {(rows, channels), (rows, 1)}
    assert file.tensor(tables[rows, channels]).type == schema.TensorType.INT8


def test_file_is_as_small_as_int8_dynamic_s(artifacts):
    dynamic, static = (artifact.path.stat().st_size for artifact in artifacts)

    # The difference is names of tensors and the zeros of the outlier neurons' layers: a fifth of a file this small, 2%
    # of SqueezeBERT-base's.
    assert static < 1.25 * dynamic


def test_only_embeddings_and_inputs_are_outside_of_the_delegate(static):
    assert static.delegation.other_ops <= 10
    assert static.delegation.delegated_ops > 100


def test_result_is_close_to_the_eager_simulation(static, simulation, examples):
    runtime = load_runtime("tflite", static.path, static.inputs, static.outputs, 1, static.minimum_runtime)
    expected, found = [], []
    for example in examples:
        inputs = pad_inputs(example.input_ids, example.token_type_ids, simulation.input_names, LENGTH, 0)
        with torch.inference_mode():
            (logits,) = simulation(*(torch.from_numpy(inputs[name]) for name in simulation.input_names))
        expected.append(logits.numpy())
        found.append(runtime.run(inputs)["logits"])

    noise = np.square(np.array(found) - expected).sum()
    # Each step off in one layer moves others in the next; that every layer rounds right is tested below.
    assert 10 * np.log10(np.square(expected).sum() / noise) > 25


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda layer: None, id="ordinary"),
        pytest.param(lambda layer: layer.weight[3].zero_(), id="row of zeros with a bias"),
        pytest.param(lambda layer: (layer.weight[3].mul_(1e-30), layer.bias[3].fill_(2.0)), id="nearly zeros"),
        pytest.param(lambda layer: layer.bias.zero_(), id="no bias"),
    ],
)
def test_one_layer_rounds_as_the_simulation(tmp_path, change):
    layer, ranges, content = one_linear(tmp_path, change)
    step, _ = ranges.output.scale_and_zero_point()

    off = run(content, numbers()) - StaticLinear(layer, ranges)(torch.from_numpy(numbers())).numpy()

    steps = np.round(off / step)
    assert np.abs(off - steps * step).max() < 1e-4
    assert np.abs(steps).max() <= 1
    # Sums are integers here and float there: only those between two steps may go the other way.
    assert (steps == 0).mean() > 0.99


class OneProduct(nn.Module):
    """Attention's scores, as far as the rewriting looks."""

    def __init__(self):
        super().__init__()
        self.product = MatrixProduct()

    def forward(self, left, right):
        return self.product(left, right.transpose(1, 2))


def test_one_product_rounds_as_the_simulation(tmp_path):
    import litert_torch
    from ai_edge_litert.interpreter import Interpreter

    random = np.random.default_rng(0)
    left, right = (random.standard_normal((3, 24, 16)).astype(np.float32) for _ in range(2))
    inputs = (torch.ones(left.shape), torch.ones(right.shape))
    litert_torch.convert(OneProduct().eval(), inputs).export(str(tmp_path / "float.tflite"))
    ranges = ProductRanges(Range(-2.0, 4.0), Range(0.0, 3.0).symmetric(), Range(-9.0, 12.0))
    plan = StaticPlan({}, {}, products={"product": ranges})

    content = quantize_layers((tmp_path / "float.tflite").read_bytes(), OneProduct(), plan)

    (found,) = Interpreter(model_content=content).get_signature_runner()(args_0=left, args_1=right).values()
    expected = StaticProduct(ranges)(torch.from_numpy(left), torch.from_numpy(right).transpose(1, 2)).numpy()
    step, _ = ranges.output.scale_and_zero_point()
    steps = np.round((found - expected) / step)
    assert np.abs(found - expected - steps * step).max() < 1e-4
    assert np.abs(steps).max() <= 1
    assert (steps == 0).mean() > 0.99


def test_a_layer_that_only_ever_gives_zeros(tmp_path):
    _, ranges, content = one_linear(tmp_path, lambda layer: (layer.weight.zero_(), layer.bias.zero_()))

    assert ranges.output == Range(0.0, 0.0)
    assert np.abs(run(content, numbers())).max() < 1e-9


@pytest.mark.parametrize("read", [Range(0.0, 0.0), Range(-4.0, 4.0)], ids=["nothing read", "something read"])
def test_a_layer_that_calibration_never_saw_gives_zeros(two_linears, read):
    module, content = two_linears

    file = quantize_layers(content, module, StaticPlan({"2": LinearRanges(read, Range(0.0, 0.0))}, {}))

    assert np.abs(run(file, numbers())).max() < 1e-9


def test_a_layer_out_of_the_plan_stays_float(two_linears):
    module, content = two_linears
    file = File(quantize_layers(content, module, StaticPlan({"2": WIDE}, {})))

    assert (len(file.operators("FULLY_CONNECTED")), len(file.linears())) == (2, 1)
    assert len(file.operators("QUANTIZE")) == len(file.operators("DEQUANTIZE")) == 1


def test_layers_of_equal_weights_get_their_own_ranges(two_linears):
    module, content = two_linears
    narrow = LinearRanges(Range(-1.0, 1.0), Range(-2.0, 2.0))
    file = File(quantize_layers(content, module, StaticPlan({"0": WIDE, "2": narrow}, {})))

    (first, _), (second, _) = (file.scale_and_zero_point(operator.inputs[0]) for _, operator in file.linears())
    assert (first, second) == (np.float32(8 / 255), np.float32(2 / 255))
    # Their int8 weights are stored once.
    assert len({file.tensor(operator.inputs[1]).buffer for _, operator in file.linears()}) == 1


def test_an_empty_plan_changes_no_value(two_linears):
    module, content = two_linears

    rewritten = quantize_layers(content, module, StaticPlan({}, {}))

    np.testing.assert_array_equal(run(rewritten, numbers()), run(content, numbers()))


def test_the_same_file_is_written_twice(two_linears):
    module, content = two_linears
    plan = StaticPlan({"0": WIDE}, {})

    assert quantize_layers(content, module, plan) == quantize_layers(content, module, plan)


def test_a_layer_that_is_not_in_the_file_is_an_error(two_linears):
    module, content = two_linears

    with pytest.raises(ConversionError, match=r"layers\.9\.attention: no operator") as error:
        quantize_layers(content, module, StaticPlan({"layers.9.attention": WIDE}, {}))

    assert "\n" not in str(error.value)


def test_nothing_else_is_left_in_the_folder(artifacts):
    folder: Path = artifacts[0].path.parent

    assert sorted(folder.iterdir()) == sorted(artifact.path for artifact in artifacts)


def test_inspection_names_the_word_embeddings(static, checkpoint):
    (words,) = [layer for layer in inspect_artifact(static.path).layers if layer.layer == "word embeddings"]

    assert words.dtypes["int8"] == checkpoint.weights["embeddings.word_embeddings.weight"].numel()
