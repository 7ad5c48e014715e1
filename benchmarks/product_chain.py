"""An encoder's linear layers alone: chained, so that each product is live and nothing else is computed."""

from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from edge.checkpoint import Checkpoint, load_checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.examples import make_examples
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer
from quantize import StaticPlan, find_recipe
from quantize.calibration import calibrate, prepared_encoder
from quantize.static_plan import LinearRanges, Range

# Texts that choose which neurons are outliers: how many there are, which is all that time depends on, the recipe says.
CALIBRATION_ROWS = 4

# A shape, and the layers that read one tensor of it with the shapes of their outputs.
Group = tuple[tuple[int, ...], list[tuple[nn.Linear, tuple[int, ...]]]]

# Of all inputs and outputs: equal ranges let an int8 output be the next layer's input as it is.
CHAIN_RANGE = Range(-1.0, 1.0)


class ProductChain(nn.Module):
    """Linear layers, each reading the output of one before it that has the right shape.

    Layers that read the same tensor in the encoder do so here too, so that a runtime may quantize it once in both. What
    no layer reads is an output of the graph, and so are the last layers' outputs.

    Attributes
    ----------
    sources
        Number of the tensor that each layer reads: 0 and up are the graph's inputs, then come the layers' outputs.
    source_shapes
        Shapes of these tensors by number.
    output_indices
        Numbers of the tensors that no layer reads.

    Parameters
    ----------
    groups
        Layers in order of execution, those with the same input together, with the shapes of input and outputs.
    """

    def __init__(self, groups: list[Group]) -> None:
        super().__init__()
        self.input_shapes = tuple(dict.fromkeys(shape for shape, _ in groups))
        unread: defaultdict[tuple[int, ...], deque[int]] = defaultdict(deque)
        # Tensors that were read already, the one that waits longest first: a second reader is a last resort, and
        # several take turns.
        read: defaultdict[tuple[int, ...], deque[int]] = defaultdict(deque)
        for index, shape in enumerate(self.input_shapes):
            unread[shape].append(index)
        sources: list[int] = []
        shapes: dict[int, tuple[int, ...]] = {}
        layers = []
        count = len(self.input_shapes)
        for shape, readers in groups:
            source = (unread[shape] or read[shape]).popleft()
            read[shape].append(source)
            shapes[source] = shape
            for layer, output_shape in readers:
                layers.append(layer)
                sources.append(source)
                unread[output_shape].append(count)
                count += 1
        self.layers = nn.ModuleList(layers)
        self.sources = tuple(sources)
        self.source_shapes = shapes
        self.output_indices = tuple(
            sorted(i for queue in unread.values() for i in queue if i >= len(self.input_shapes))
        )
        self.input_names = tuple(f"input_{index}" for index in range(len(self.input_shapes)))
        self.eval()

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Map float32 tensors of `input_shapes` to those that no layer reads."""
        tensors = list(inputs)
        for layer, source in zip(self.layers, self.sources, strict=True):
            tensors.append(layer(tensors[source]))
        return tuple(tensors[index] for index in self.output_indices)

    def example_inputs(self) -> tuple[torch.Tensor, ...]:
        """Return inputs for tracing."""
        return tuple(torch.ones(shape) for shape in self.input_shapes)


class SeparateProducts(nn.Module):
    """The layers of a chain side by side: each reads an input of this module and writes an output of it.

    Keyword inputs are called ``tensor_<number>`` as in the chain, outputs ``product_<index of the layer>``.
    """

    def __init__(self, chain: ProductChain) -> None:
        super().__init__()
        self.chain = chain

    def forward(self, **inputs: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """Map float32 inputs to float32 outputs, both by name."""
        pairs = zip(self.chain.layers, self.chain.sources, strict=True)
        return {f"product_{index}": layer(inputs[f"tensor_{source}"]) for index, (layer, source) in enumerate(pairs)}

    def example_inputs(self) -> dict[str, torch.Tensor]:
        """Return inputs for tracing."""
        shapes = self.chain.source_shapes
        return {f"tensor_{source}": torch.ones(shapes[source]) for source in dict.fromkeys(self.chain.sources)}


def chain_of_recipe(
    checkpoint_folder: Path, recipe_name: str, sequence_length: int, variant: EncoderVariant
) -> ProductChain:
    """Return the float chain of the layers that the recipe computes in int8, as the converter's `variant` has them."""
    checkpoint = load_checkpoint(checkpoint_folder)
    if find_recipe(recipe_name).static is None:
        return make_chain(Encoder(checkpoint, sequence_length, variant))
    plan = _plan(checkpoint, recipe_name, sequence_length)
    return make_chain(prepared_encoder(checkpoint, sequence_length, variant, plan), set(plan.linears))


def make_chain(encoder: Encoder, names: set[str] | None = None) -> ProductChain:
    """Chain the linear layers of the encoder's layers; its head and embeddings stay out.

    Parameters
    ----------
    names
        Layers to take, as ``encoder.named_modules()`` names them; None takes all.
    """
    found: list[tuple[nn.Linear, torch.Tensor, tuple[int, ...]]] = []

    def observe(layer: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        assert isinstance(layer, nn.Linear)
        # The tensor is kept, so that no later one can lie at its address.
        found.append((layer, inputs[0], tuple(output.shape)))

    handles = [
        module.register_forward_hook(observe)
        for name, module in encoder.named_modules()
        if isinstance(module, nn.Linear) and name.startswith("layers.") and (names is None or name in names)
    ]
    try:
        with torch.no_grad():
            encoder(*encoder.example_inputs())
    finally:
        for handle in handles:
            handle.remove()
    groups: dict[tuple[int, tuple[int, ...], tuple[int, ...]], Group] = {}
    for layer, read, output_shape in found:
        shape = tuple(read.shape)
        group = groups.setdefault((read.data_ptr(), shape, read.stride()), (shape, []))
        group[1].append((layer, output_shape))
    return ProductChain(list(groups.values()))


def chain_plan(chain: ProductChain) -> StaticPlan:
    """Return a plan that gives each layer of `chain` the same ranges."""
    ranges = LinearRanges(CHAIN_RANGE, CHAIN_RANGE)
    return StaticPlan({f"layers.{index}": ranges for index in range(len(chain.layers))}, {})


def _plan(checkpoint: Checkpoint, recipe_name: str, sequence_length: int) -> StaticPlan:
    options = find_recipe(recipe_name).static
    assert options is not None
    rows = split_samples(bundled_samples()).calibration[:CALIBRATION_ROWS]
    examples = make_examples(rows, checkpoint.task, False, Tokenizer(checkpoint.directory), sequence_length)
    return calibrate(checkpoint, options, examples)
