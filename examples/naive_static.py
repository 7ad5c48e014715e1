"""The control of docs/accuracy.md: static W8A8 as ai-edge-quantizer makes it when nothing more is asked for."""

from pathlib import Path

from edge.bundle import Bundle, file_info, open_bundle, write_manifest
from edge.checkpoint import load_checkpoint
from edge.examples import make_examples
from edge.model_inputs import pad_inputs
from edge.samples import bundled_samples, split_samples
from edge.tokenizer import Tokenizer

RECIPE = "naive-static"


def add_naive_static(bundle: Bundle, checkpoint_folder: Path) -> Bundle:
    """Quantize the bundle's fp32 .tflite with ai-edge-quantizer's static recipe and enter it as one more artifact.

    Every operator that it can quantize is int8, weights per channel and activations per tensor with min-max ranges of
    the same calibration texts, padded as users of that package do.
    """
    from ai_edge_quantizer import quantizer, recipe, recipe_manager

    control = next(a for a in bundle.manifest.artifacts if a.format == "tflite" and a.recipe == "fp32")
    length = control.sequence_lengths[0]
    checkpoint = load_checkpoint(checkpoint_folder)
    tokenizer = Tokenizer(checkpoint.directory)
    rows = split_samples(bundled_samples()).calibration
    examples = make_examples(rows, checkpoint.task, checkpoint.pooling is not None, tokenizer, length)
    names = [spec.name for spec in control.inputs]

    pad = tokenizer.special_ids["pad"]
    inputs = [pad_inputs(example.input_ids, example.token_type_ids, names, length, pad) for example in examples]
    quantization = quantizer.Quantizer(str(bundle.path(control)))
    # The package fails on MAXIMUM, which keeps the norm of a sentence embedding from zero.
    manager = recipe_manager.RecipeManager()
    manager.load_quantization_recipe(recipe.static_wi8_ai8())
    manager.add_quantization_config(
        regex=".*",
        operation_name=recipe_manager.qtyping.TFLOperationName.MAXIMUM,
        algorithm_key=recipe_manager.algorithm_manager.AlgorithmName.NO_QUANTIZE,
    )
    quantization.load_quantization_recipe(manager.get_quantization_recipe())
    ranges = quantization.calibrate({"serving_default": inputs})
    path = bundle.directory / "tflite" / f"{RECIPE}-{length}.tflite"
    path.write_bytes(quantization.quantize(ranges).quantized_model)
    entry = control.model_copy(
        update={
            **file_info(bundle.directory, path).model_dump(),
            "id": f"tflite-{RECIPE}-{length}",
            "recipe": RECIPE,
            "parity": {},
        }
    )
    write_manifest(
        bundle.directory,
        bundle.manifest.model_copy(update={"artifacts": [*bundle.manifest.artifacts, entry]}),
    )
    return open_bundle(bundle.directory)
