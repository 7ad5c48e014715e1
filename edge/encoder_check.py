"""The rewritten encoder against transformers' model, before any conversion."""

from edge.checkpoint import Checkpoint
from edge.encoder import Encoder, EncoderVariant
from edge.errors import GateError
from edge.golden import Golden, select_positions
from edge.model_inputs import pad_inputs

# Largest difference of any output value in fp32, over the reference's largest magnitude where that is above 1.
TOLERANCE = 1e-4

# A wrong rewrite is wrong on every text, so a few are enough here; artifacts are held against all.
EXAMPLES = 8


def check_encoder(checkpoint: Checkpoint, golden: Golden) -> float:
    """Run the encoder in fp32 on padded inputs and compare with the golden outputs.

    Returns
    -------
    float
        The largest difference.

    Raises
    ------
    GateError
        If it is above `TOLERANCE`.
    """
    import torch

    encoder = Encoder(checkpoint, golden.sequence_length, EncoderVariant())
    worst = 0.0
    for example, expected in list(zip(golden.examples, golden.outputs, strict=True))[:EXAMPLES]:
        arrays = pad_inputs(
            example.input_ids, example.token_type_ids, encoder.input_names, golden.sequence_length, golden.pad_id
        )
        with torch.inference_mode():
            outputs = encoder(*(torch.from_numpy(arrays[name]) for name in encoder.input_names))
        found = {name: value.numpy() for name, value in zip(encoder.output_names, outputs, strict=True)}
        for name, value in select_positions(found, example.positions).items():
            scale = max(1.0, float(abs(expected[name]).max()))
            worst = max(worst, float(abs(value - expected[name]).max()) / scale)
    if not worst <= TOLERANCE:
        raise GateError(
            f"{checkpoint.name}: the rewritten encoder differs from transformers' model by {worst:.2g}, more than"
            f" {TOLERANCE:g}; please report this checkpoint's config.json"
        )
    return worst
