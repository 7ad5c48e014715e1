"""Small ML programs, written operation by operation and saved by coremltools as packages."""

import numpy as np

from edge.runtimes.mil.coremltools_import import without_import_greetings
from edge.runtimes.mil.package import read_package

with without_import_greetings():
    import coremltools
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types


def saved(path, program, *shapes, dtype="fp16", precision="fp16", target="iOS16"):
    """Save the function `program` of one variable for each of `shapes` at `path` and open the package."""
    return read_package(_save(path, program, shapes, dtype, precision, target))


def saved_flexible(path, kind):
    """Save a 1x1 convolution whose width is a range or one of a list, and open the package."""
    import torch

    model = torch.nn.Conv2d(8, 4, 1).eval()
    shape = {
        "range": coremltools.Shape((1, 8, 1, coremltools.RangeDim(2, 16, default=4))),
        "enumerated": coremltools.EnumeratedShapes([(1, 8, 1, 4), (1, 8, 1, 16)], default=(1, 8, 1, 4)),
    }[kind]
    converted = coremltools.convert(
        torch.jit.trace(model, torch.zeros(1, 8, 1, 4)),
        inputs=[coremltools.TensorType("x", shape=shape, dtype=np.float16)],
        outputs=[coremltools.TensorType("y", dtype=np.float16)],
        minimum_deployment_target=coremltools.target.iOS16,
        skip_model_load=True,
    )
    converted.save(str(path))
    return read_package(path)


def saved_multifunction(folder):
    """Save a linear layer of 16 to 4 channels for 4 rows ("short") and for 8 ("long") and open the package."""
    weight = np.ones((4, 16), np.float16)
    described = coremltools.utils.MultiFunctionDescriptor()
    for name, rows in (("short", 4), ("long", 8)):
        path = folder / f"{name}.mlpackage"
        _save(path, lambda x: Builder.linear(x=x, weight=weight), [(rows, 16)], "fp16", "fp16", "iOS18")
        described.add_function(str(path), src_function_name="main", target_function_name=name)
    described.default_function_name = "short"
    coremltools.utils.save_multifunction(described, str(folder / "both.mlpackage"))
    return read_package(folder / "both.mlpackage")


def _save(path, program, shapes, dtype, precision, target):
    declared = [Builder.TensorSpec(shape, getattr(types, dtype)) for shape in shapes]
    version = getattr(coremltools.target, target)
    built = Builder.program(input_specs=declared, opset_version=version)(program)
    converted = coremltools.convert(
        built,
        convert_to="mlprogram",
        compute_precision={"fp16": coremltools.precision.FLOAT16, "fp32": coremltools.precision.FLOAT32}[precision],
        minimum_deployment_target=version,
        skip_model_load=True,
    )
    converted.save(str(path))
    return path
