"""What one inference has to compute and to read, layer type by layer type, from the encoder's shape alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import prod

from edge.checkpoint import ModelConfig
from edge.checkpoint.tensor_shapes import HEADS
from edge.tasks import Task

# Vector operations that each element takes at the least, an exponential or an error function counted as one: no kernel
# does with fewer, and how many more it takes is part of its measured efficiency.
SUM_STEPS = 1
LAYER_NORM_STEPS = 5  # sum, difference, sum of squares, scaling, weight and bias
SOFTMAX_STEPS = 6  # mask, maximum, difference, exponential, sum, scaling
# Operators of a sum and a layer norm, and of the change between rows of tokens and a matrix for each head.
NORM_OPERATORS = 9
ATTENTION_MOVES = 5
ACTIVATION_STEPS = {"gelu": 3, "gelu_pytorch_tanh": 6, "relu": 1}


class LayerType(StrEnum):
    """Kinds of layers whose speed is measured and estimated apart, in the order in which they run."""

    EMBEDDING = "embedding"
    QUERY_KEY_VALUE = "query_key_value"
    ATTENTION_PRODUCTS = "attention_products"
    SOFTMAX = "softmax"
    POST_ATTENTION = "post_attention"
    INTERMEDIATE = "intermediate"
    ACTIVATION = "activation"
    OUTPUT = "output"
    LAYER_NORM = "layer_norm"
    MOVEMENT = "movement"
    HEAD = "head"

    @property
    def in_words(self) -> str:
        """Return the name for people."""
        return _WORDS.get(self, self.value.replace("_", " "))


_WORDS = {
    LayerType.QUERY_KEY_VALUE: "query, key, value",
    LayerType.LAYER_NORM: "layer norm, residual sum",
    LayerType.MOVEMENT: "slices, transposes, concatenations",
}


@dataclass(frozen=True)
class LayerWork:
    """All layers of one type together.

    Attributes
    ----------
    macs
        Multiply-accumulates of products.
    weights
        Elements of weight matrices that are read; biases, scales and norms, less than 1% of them, are left out.
    steps
        Vector operations on single float elements.
    moved
        Elements that are copied to another place. A better runtime would not have to, so no lower bound counts them.
    operators
        How often a runtime calls a kernel; about, where layers are made of several.
    """

    type: LayerType
    macs: int = 0
    weights: int = 0
    steps: int = 0
    moved: int = 0
    operators: int = 0


def linear_work(kind: LayerType, length: int, inputs: int, outputs: int, groups: int = 1, times: int = 1) -> LayerWork:
    """Return the work of `times` position-wise layers over `length` rows."""
    weights = times * inputs * outputs // groups
    return LayerWork(kind, macs=length * weights, weights=weights, operators=times * groups)


def encoder_work(config: ModelConfig, length: int) -> list[LayerWork]:
    """Return the work of embeddings and encoder for one sequence of `length` tokens."""
    hidden, wide, heads = config.hidden_size, config.intermediate_size, config.num_attention_heads
    rows, scores = length * hidden, heads * length * length
    projections = [
        linear_work(LayerType.QUERY_KEY_VALUE, length, hidden, hidden, groups)
        for groups in (config.q_groups, config.k_groups, config.v_groups)
    ]
    if config.q_groups == config.k_groups == config.v_groups and heads % config.q_groups == 0:
        # One linear layer for each group gives all three.
        projections[1:] = [replace(work, operators=0) for work in projections[1:]]
    # Queries, keys, values and the context change between rows of tokens and one matrix for each head.
    moved, moves = 4 * rows, ATTENTION_MOVES
    if config.q_groups > 1:
        moved += rows + 3 * rows
        moves += config.q_groups + 1
    if config.intermediate_groups > 1:
        moved += 2 * rows
        moves += config.intermediate_groups + 1
    layer = [
        *projections,
        LayerWork(LayerType.ATTENTION_PRODUCTS, macs=2 * length * rows, operators=2),
        LayerWork(LayerType.SOFTMAX, steps=SOFTMAX_STEPS * scores, operators=2),
        linear_work(LayerType.POST_ATTENTION, length, hidden, hidden, config.post_attention_groups),
        linear_work(LayerType.INTERMEDIATE, length, hidden, wide, config.intermediate_groups),
        LayerWork(
            LayerType.ACTIVATION,
            steps=ACTIVATION_STEPS[config.hidden_act] * length * wide,
            operators=config.intermediate_groups,
        ),
        linear_work(LayerType.OUTPUT, length, wide, hidden, config.output_groups),
        LayerWork(LayerType.LAYER_NORM, steps=2 * (SUM_STEPS + LAYER_NORM_STEPS) * rows, operators=2 * NORM_OPERATORS),
        LayerWork(LayerType.MOVEMENT, moved=moved, operators=moves),
    ]
    # A row of words for each token and one of positions; the two are added and normalised.
    embedding = LayerWork(
        LayerType.EMBEDDING,
        weights=2 * rows,
        steps=(SUM_STEPS + LAYER_NORM_STEPS) * rows,
        operators=1 + NORM_OPERATORS,
    )
    return add_by_type([embedding, *(work for work in layer for _ in range(config.num_hidden_layers))])


def head_work(config: ModelConfig, task: Task, labels: int, length: int) -> LayerWork:
    """Return the work of the task's head: nothing for sentence embeddings, whose pooling takes next to no time.

    Parameters
    ----------
    labels
        Rows of the classifier, for labelled tasks.
    """
    rows = 1 if task.positions == "one" else length
    sizes = {**vars(config), "labels": labels}
    shapes = [[each if isinstance(each, int) else sizes[each] for each in rule] for rule in HEADS[task.name].values()]
    matrices = [prod(shape) for shape in shapes if len(shape) > 1]
    return LayerWork(LayerType.HEAD, macs=rows * sum(matrices), weights=sum(matrices), operators=len(matrices))


def add_by_type(works: Iterable[LayerWork]) -> list[LayerWork]:
    """Return one sum for each type that is there, in the order of `LayerType`."""
    given = list(works)
    return [
        LayerWork(
            kind,
            macs=sum(work.macs for work in given if work.type == kind),
            weights=sum(work.weights for work in given if work.type == kind),
            steps=sum(work.steps for work in given if work.type == kind),
            moved=sum(work.moved for work in given if work.type == kind),
            operators=sum(work.operators for work in given if work.type == kind),
        )
        for kind in LayerType
        if any(work.type == kind for work in given)
    ]
