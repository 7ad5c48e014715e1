"""An encoder's matrix products alone: chained, so that each product is live and nothing else is computed."""

from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from edge.checkpoint import Checkpoint, load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.encoder.attention import AttentionProducts, MatrixProduct
from edge.examples import make_examples
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import StaticPlan, find_recipe
from quantize.calibration import calibrate, linear_names, prepared_encoder
from quantize.fused_projections import fuse_projections
from quantize.static_plan import LinearRanges, ProductRanges, Range

# Texts that choose which neurons are outliers: how many there are, which is all that time depends on, the recipe says.
CALIBRATION_ROWS = 4

Shape = tuple[int, ...]

# Shapes of operands, and the layers that read these same operands with the shapes of their outputs.
Group = tuple[tuple[Shape, ...], list[tuple[nn.Module, Shape]]]

# Of all inputs and outputs: equal ranges let an int8 output be the next layer's input as it is.
CHAIN_RANGE = Range(-1.0, 1.0).symmetric()


class TransposedProduct(MatrixProduct):
    """Product of one computed matrix and the transpose of another, as attention's scores are."""

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Map (heads, n, k) and (heads, m, k) to (heads, n, m)."""
        return super().forward(left, right.transpose(1, 2))


class ProductChain(nn.Module):
    """Linear layers and products, each reading outputs of those before it that have the right shapes.

    Layers that read the same tensor in the encoder do so here too, so that a runtime may quantize it once in both. What
    no layer reads is an output of the graph, and so are the last layers' outputs.

    Attributes
    ----------
    sources
        Numbers of the tensors that each layer reads: 0 and up are the graph's inputs, then come the layers' outputs.
    source_shapes
        Shapes of these tensors by number.
    output_indices
        Numbers of the tensors that no layer reads.

    Parameters
    ----------
    groups
        Layers in order of execution, those with the same input together.
    """

    def __init__(self, groups: list[Group]) -> None:
        super().__init__()
        self.input_shapes = tuple(dict.fromkeys(shape for shapes, _ in groups for shape in shapes))
        unread: defaultdict[Shape, deque[int]] = defaultdict(deque)
        # Tensors that were read already, the one that waits longest first: a second reader is a last resort, and
        # several take turns.
        read: defaultdict[Shape, deque[int]] = defaultdict(deque)
        for index, shape in enumerate(self.input_shapes):
            unread[shape].append(index)
        sources: list[tuple[int, ...]] = []
        known: dict[int, Shape] = {}
        layers = []
        count = len(self.input_shapes)
        for shapes, readers in groups:
            group_sources = []
            for shape in shapes:
                source = (unread[shape] or read[shape]).popleft()
                read[shape].append(source)
                known[source] = shape
                group_sources.append(source)
            for layer, output_shape in readers:
                layers.append(layer)
                sources.append(tuple(group_sources))
                unread[output_shape].append(count)
                count += 1
        self.layers = nn.ModuleList(layers)
        self.sources = tuple(sources)
        self.source_shapes = known
        self.output_indices = tuple(
            sorted(i for queue in unread.values() for i in queue if i >= len(self.input_shapes))
        )
        self.input_names = tuple(f"input_{index}" for index in range(len(self.input_shapes)))
        self.eval()

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Map float32 tensors of `input_shapes` to those that no layer reads."""
        tensors = list(inputs)
        for layer, sources in zip(self.layers, self.sources, strict=True):
            tensors.append(layer(*(tensors[source] for source in sources)))
        return tuple(tensors[index] for index in self.output_indices)

    def example_inputs(self) -> tuple[torch.Tensor, ...]:
        """Return inputs for tracing."""
        return tuple(torch.ones(shape) for shape in self.input_shapes)


class SeparateProducts(nn.Module):
    """The layers of a chain side by side: each reads inputs of this module, which no other reads, and writes an output.

    Keyword inputs are called ``operand_<index of the layer>_<place>``, outputs ``product_<index of the layer>``. A
    converter would take two products of the same tensors for one.
    """

    def __init__(self, chain: ProductChain) -> None:
        super().__init__()
        self.chain = chain

    def forward(self, **inputs: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """Map float32 inputs to float32 outputs, both by name."""
        pairs = zip(self.chain.layers, self.chain.sources, strict=True)
        return {
            f"product_{index}": layer(*(inputs[f"operand_{index}_{place}"] for place in range(len(sources))))
            for index, (layer, sources) in enumerate(pairs)
        }

    def example_inputs(self) -> dict[str, torch.Tensor]:
        """Return inputs for tracing."""
        return {
            f"operand_{index}_{place}": torch.ones(self.chain.source_shapes[source])
            for index, sources in enumerate(self.chain.sources)
            for place, source in enumerate(sources)
        }


def chain_of_recipe(
    checkpoint_folder: Path, recipe_name: str, sequence_length: int, variant: EncoderVariant, int8_attention: bool
) -> ProductChain:
    """Return the float chain of the layers that the recipe computes in int8, as the converter's `variant` has them.

    Parameters
    ----------
    int8_attention
        Whether a static artifact's attention products are int8.
    """
    checkpoint = load_checkpoint(checkpoint_folder)
    if find_recipe(recipe_name).static is None:
        encoder = Encoder(checkpoint, sequence_length, variant)
        return make_chain(encoder, set(linear_names(encoder)))
    plan = _plan(checkpoint, recipe_name, sequence_length)
    encoder = prepared_encoder(checkpoint, sequence_length, variant, plan)
    plan = fuse_projections(encoder, plan.for_length(sequence_length))
    return make_chain(encoder, {*plan.linears, *(plan.products if int8_attention else ())})


def make_chain(encoder: Encoder, names: set[str]) -> ProductChain:
    """Chain linear layers and products of the encoder's layers; its head and embeddings stay out.

    Parameters
    ----------
    names
        What to take, as ``encoder.named_modules()`` names it.
    """
    found: list[tuple[nn.Module, tuple[torch.Tensor, ...], Shape]] = []

    transposed = {module.scores for module in encoder.modules() if isinstance(module, AttentionProducts)}

    def observe(layer: nn.Module, operands: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        # The tensors are kept, so that no later one can lie at their addresses.
        found.append((layer, operands, tuple(output.shape)))

    handles = [
        module.register_forward_hook(observe)
        for name, module in encoder.named_modules()
        if name in names and name.startswith("layers.")
    ]
    try:
        with torch.no_grad():
            encoder(*encoder.example_inputs())
    finally:
        for handle in handles:
            handle.remove()
    groups: dict[tuple[tuple[int, Shape, Shape], ...], Group] = {}
    for layer, operands, output_shape in found:
        if layer in transposed:
            layer, operands = TransposedProduct(), (operands[0], operands[1].transpose(1, 2))
        shapes = tuple(tuple(operand.shape) for operand in operands)
        key = tuple((operand.data_ptr(), tuple(operand.shape), operand.stride()) for operand in operands)
        group = groups.setdefault(key, (shapes, []))
        group[1].append((layer, output_shape))
    return ProductChain(list(groups.values()))


def chain_plan(chain: ProductChain) -> StaticPlan:
    """Return a plan that gives each layer of `chain` the same ranges."""
    products = {f"layers.{i}" for i, layer in enumerate(chain.layers) if isinstance(layer, MatrixProduct)}
    linears = {f"layers.{index}" for index in range(len(chain.layers))} - products
    return StaticPlan(
        dict.fromkeys(sorted(linears), LinearRanges(CHAIN_RANGE, CHAIN_RANGE)),
        {},
        products=dict.fromkeys(sorted(products), ProductRanges(CHAIN_RANGE, CHAIN_RANGE, CHAIN_RANGE)),
    )


def _plan(checkpoint: Checkpoint, recipe_name: str, sequence_length: int) -> StaticPlan:
    options = find_recipe(recipe_name).static
    assert options is not None
    rows = split_samples(bundled_samples()).calibration[:CALIBRATION_ROWS]
    examples = make_examples(rows, checkpoint.task, False, Tokenizer(checkpoint.directory), sequence_length)
    return calibrate(checkpoint, options, examples)
