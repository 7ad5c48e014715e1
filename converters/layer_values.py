"""What the modules of the float encoder return for one example: the reference for each operation of a package."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from edge.encoder import Encoder
from edge.encoder.channels_first import ChannelsFirstEncoder
from edge.runtimes.mil.layer_values import LayerValues, RecordedLayer


def record_layer_values(
    encoder: Encoder | ChannelsFirstEncoder,
    inputs: Mapping[str, np.ndarray],
    variables: Mapping[str, str],
    samples: int = 64,
) -> LayerValues:
    """Run the float encoder once and keep some values of each of its modules.

    Parameters
    ----------
    encoder
        What is converted, float32. Its modules return (S, C), (1, S, C), (1, C, 1, S), or one row.
    inputs
        int32 arrays (1, S) of one example by input name, as `edge.model_inputs.pad_inputs` makes them.
    variables
        Name of the variable of each module that is recorded: what `converters.operation_names.name_operations`
        returned.
    samples
        Values of each module, at real tokens and at different channels as far as there are so many. Which ones is
        the same in every call.
    """
    results: dict[str, torch.Tensor] = {}
    with _kept_results(encoder, variables, results), torch.inference_mode():
        encoder(*(torch.from_numpy(inputs[name]) for name in encoder.input_names))
    tokens = np.flatnonzero(inputs["attention_mask"][0])
    return LayerValues(
        inputs={name: tuple(map(int, inputs[name][0])) for name in encoder.input_names},
        layers={name: _sampled(variables[name], result, tokens, samples) for name, result in results.items()},
    )


@contextmanager
def _kept_results(encoder: nn.Module, names: Mapping[str, str], results: dict[str, torch.Tensor]) -> Iterator[None]:
    """Put the result of each named module that runs into `results`."""

    def keep(name: str) -> Any:
        def hook(module: nn.Module, arguments: Any, result: torch.Tensor) -> None:
            results[name] = result

        return hook

    handles = [encoder.get_submodule(name).register_forward_hook(keep(name)) for name in names]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _sampled(variable: str, result: torch.Tensor, tokens: np.ndarray, samples: int) -> RecordedLayer:
    values = result.numpy()
    rows = values.reshape(values.shape[1], -1).T if values.ndim == 4 else values.reshape(-1, values.shape[-1])
    # A head's layers may see one row only; a row that stands for padding means nothing.
    usable = tokens if len(rows) > tokens[-1] else np.arange(len(rows))
    random = np.random.default_rng(0)
    channels = np.concatenate([random.permutation(rows.shape[1]) for _ in range(-(-samples // rows.shape[1]))])
    channels = channels[:samples]
    positions = random.choice(usable, size=len(channels))
    picked = rows[positions, channels]
    return RecordedLayer(
        variable=variable,
        positions=tuple(map(int, positions)),
        channels=tuple(map(int, channels)),
        # Nine digits give a float32 back.
        values=tuple(float(f"{value:.9g}") for value in picked),
    )
