"""Small Core ML packages whose operations a test writes down itself, with coremltools' builder."""

from pathlib import Path


def save_program(folder: Path, body, precision="FLOAT32", target="iOS17", length=4, name="small") -> Path:
    """Save a program of one int32 input ``input_ids`` [1, length] as ``<name>.mlpackage`` in `folder`.

    ``body(mb, x)`` gets coremltools' builder and the input as float32, and returns the output.
    """
    import coremltools as ct
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import types

    specs = [Builder.TensorSpec((1, length), dtype=types.int32)]

    @Builder.program(input_specs=specs, opset_version=ct.target[target])
    def program(input_ids):
        return body(Builder, Builder.cast(x=input_ids, dtype="fp32"))

    path = folder / f"{name}.mlpackage"
    model = ct.convert(
        program,
        minimum_deployment_target=ct.target[target],
        compute_precision=ct.precision[precision],
        convert_to="mlprogram",
        skip_model_load=True,
    )
    model.save(str(path))
    return path
