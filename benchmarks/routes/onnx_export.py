"""A transformers module written as .onnx by torch.onnx, and onnxruntime's own dynamic int8 of it."""

from pathlib import Path

import torch

from benchmarks.built import Built, operators_of
from benchmarks.routes.huggingface_module import Export


def write_onnx(export: Export, recipe: str, path: Path) -> Built:
    """Write `export` to `path`.

    Parameters
    ----------
    recipe
        ``fp32``, or ``int8-dynamic`` for `onnxruntime.quantization.quantize_dynamic` with its default options.
    """
    target = path if recipe == "fp32" else path.with_name(f"float-{path.name}")
    with torch.no_grad():
        program = torch.onnx.export(
            export.module,
            export.example,
            None,
            input_names=list(export.module.input_names),
            output_names=list(export.module.output_names),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    # Shapes between the nodes stop quantize_dynamic where they are stale.
    del program.model_proto.graph.value_info[:]
    target.write_bytes(program.model_proto.SerializeToString())
    if recipe != "fp32":
        from onnxruntime.quantization import quantize_dynamic

        quantize_dynamic(target, path)
        target.unlink()
    return Built("onnx", path, export.inputs, export.outputs, None, operators_of(path))
