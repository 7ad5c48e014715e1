"""Published latencies that estimates are held against, read from anchors.toml."""

import json
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt, ValidationError

from edge.checkpoint import ModelConfig
from edge.errors import InputError
from edge.estimation.layer_work import (
    ACTIVATION_STEPS,
    ATTENTION_MOVES,
    LAYER_NORM_STEPS,
    NORM_OPERATORS,
    SOFTMAX_STEPS,
    SUM_STEPS,
    LayerType,
    LayerWork,
    add_by_type,
    encoder_work,
    linear_work,
)
from edge.hardware import Data, Hardware
from edge.target import find_target

FILE = Path(__file__).with_name("anchors.toml")


class Linear(Data):
    """`times` equal linear layers in each layer of the encoder."""

    type: LayerType
    inputs: PositiveInt
    outputs: PositiveInt
    times: PositiveInt


class Model(Data):
    """An encoder: SqueezeBERT's or BERT's, or one with bottlenecks, whose linear layers are listed.

    Attributes
    ----------
    groups
        Of all position-wise layers but post-attention.
    linears
        Of each layer, in place of those that the sizes give.
    attention_size
        Channels of queries, keys and values, where `linears` are given.
    feed_forward_parts
        Pairs of intermediate and output layers in each layer, where `linears` are given.
    """

    layers: PositiveInt
    hidden_size: PositiveInt
    heads: PositiveInt
    intermediate_size: PositiveInt
    hidden_act: str
    groups: PositiveInt = 1
    linears: tuple[Linear, ...] = ()
    attention_size: PositiveInt = 1
    feed_forward_parts: PositiveInt = 1

    def work(self, length: int) -> list[LayerWork]:
        """Return what one inference of `length` tokens computes and reads, without a head."""
        return self._work_of_linears(length) if self.linears else encoder_work(self._config(), length)

    def _work_of_linears(self, length: int) -> list[LayerWork]:
        rows, inside = length * self.hidden_size, length * self.attention_size
        active = self.feed_forward_parts * length * self.intermediate_size
        layer = [
            *(linear_work(each.type, length, each.inputs, each.outputs, times=each.times) for each in self.linears),
            LayerWork(LayerType.ATTENTION_PRODUCTS, macs=2 * length * inside, operators=2),
            LayerWork(LayerType.SOFTMAX, steps=SOFTMAX_STEPS * self.heads * length * length, operators=2),
            LayerWork(
                LayerType.ACTIVATION,
                steps=ACTIVATION_STEPS[self.hidden_act] * active,
                operators=self.feed_forward_parts,
            ),
            LayerWork(
                LayerType.LAYER_NORM, steps=2 * (SUM_STEPS + LAYER_NORM_STEPS) * rows, operators=2 * NORM_OPERATORS
            ),
            LayerWork(LayerType.MOVEMENT, moved=4 * inside, operators=ATTENTION_MOVES),
        ]
        embedding = LayerWork(LayerType.EMBEDDING, weights=2 * rows, steps=(SUM_STEPS + LAYER_NORM_STEPS) * rows)
        return add_by_type([embedding, *(work for work in layer for _ in range(self.layers))])

    def _config(self) -> ModelConfig:
        # What no time depends on has BERT's usual values.
        return ModelConfig(
            model_type="bert" if self.groups == 1 else "squeezebert",
            vocab_size=30522,
            hidden_size=self.hidden_size,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            intermediate_size=self.intermediate_size,
            max_position_embeddings=512,
            type_vocab_size=2,
            hidden_act=self.hidden_act,
            layer_norm_eps=1e-12,
            embedding_layer_norm_eps=1e-12,
            q_groups=self.groups,
            k_groups=self.groups,
            v_groups=self.groups,
            post_attention_groups=1,
            intermediate_groups=self.groups,
            output_groups=self.groups,
        )


class Device(Data):
    """What a figure was published for; one that is a target has the target's hardware and threads."""

    title: str
    target: str | None = None
    threads: PositiveInt | None = None
    hardware: Hardware | None = None

    @property
    def known_hardware(self) -> Hardware | None:
        """Return the hardware, if it is known."""
        return find_target(self.target).hardware if self.target else self.hardware

    @property
    def usual_threads(self) -> int:
        """Return the threads that an estimate assumes where the source does not say."""
        return find_target(self.target).threads if self.target else self.threads or 1


class Anchor(Data):
    """One published figure.

    Attributes
    ----------
    recipe
        The one of this project's that is nearest.
    weight_bytes
        Bytes of one weight, where it is not the recipe's.
    sequence_length
        None where the source does not say.
    processor
        ``CPU``, or an accelerator's name.
    unknown
        What the source does not say.
    not_estimated
        Why not, where there is no estimate.
    """

    model: str
    device: str
    recipe: str
    weight_bytes: PositiveFloat | None = None
    sequence_length: PositiveInt | None = None
    published_ms: PositiveFloat
    processor: str
    source: Annotated[str, Field(min_length=1)]
    unknown: tuple[str, ...]
    not_estimated: str | None = None


class Anchors(Data):
    """The file."""

    models: dict[str, Model]
    devices: dict[str, Device]
    anchors: tuple[Anchor, ...]


def read_anchors(path: Path = FILE) -> Anchors:
    """Return the figures, each of a model and a device that the file describes.

    Raises
    ------
    InputError
        If the file cannot be read, has an unknown key, lacks one, or names a model or device that it does not describe.
    """
    try:
        found = Anchors.model_validate_json(json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML ({error}); correct it") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {place}: {first['msg']}; correct it") from error
    for anchor in found.anchors:
        if anchor.model not in found.models or anchor.device not in found.devices:
            raise InputError(
                f"{path}: {anchor.model} on {anchor.device} is not described; add the model and the device"
            )
    return found
