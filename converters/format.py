"""The formats that artifacts come in and their backends, as data."""

from dataclasses import dataclass

from converters.backend import Backend, recipes_of_backend
from edge.registry import find_entry
from quantize import Recipe


@dataclass(frozen=True)
class Format:
    """One artifact format.

    Attributes
    ----------
    suffix
        Ending of the artifact's file name.
    packages
        Packages whose versions the manifest records, because they shape the artifact.
    backends
        The first is the default one.
    """

    name: str
    summary: str
    suffix: str
    packages: tuple[str, ...]
    backends: tuple[Backend, ...]


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format(
            "executorch",
            "ExecuTorch program: Android, iOS, Linux boards",
            ".pte",
            ("torch", "executorch"),
            (
                Backend(
                    "executorch",
                    "xnnpack",
                    "CPU, through XNNPACK",
                    "executorch",
                    {"executorch": "1.5.1"},
                    options=frozenset({"input_dtype"}),
                ),
                Backend(
                    "executorch",
                    "coreml",
                    "Core ML delegate, for iOS apps that use ExecuTorch",
                    "coreml",
                    {"executorch": "1.5.1"},
                    channels_first=True,
                    options=frozenset({"deployment_target"}),
                    has_layer_values=True,
                    is_default=False,
                ),
            ),
        ),
        Format(
            "coreml",
            "Core ML ML Program: iOS, macOS",
            ".mlpackage",
            ("torch", "coremltools"),
            (
                Backend(
                    "coreml",
                    "cpu-gpu",
                    "CPU and GPU: rows of tokens",
                    "coreml",
                    {},
                    options=frozenset({"deployment_target", "classifier"}),
                    has_layer_values=True,
                    is_multifunction=True,
                ),
                Backend(
                    "coreml",
                    "neural-engine",
                    "Neural Engine: channels first, 1x1 convolutions, one head at a time",
                    "coreml",
                    {},
                    channels_first=True,
                    options=frozenset({"deployment_target", "classifier"}),
                    has_layer_values=True,
                    is_multifunction=True,
                    is_default=False,
                ),
            ),
        ),
        Format(
            "tflite",
            "LiteRT (TensorFlow Lite) flatbuffer: Android, Linux boards",
            ".tflite",
            ("torch", "litert-torch"),
            (
                Backend(
                    "tflite",
                    "xnnpack",
                    "CPU, through XNNPACK",
                    "tflite",
                    # The oldest versions that were run (docs/design.md); PyPI has no other tflite-runtime for
                    # Python 3.11.
                    {"ai-edge-litert": "1.0.1", "tflite-runtime": "2.14.0", "tensorflow": "2.14.1"},
                    # tflite-runtime 2.14.0 and tensorflow up to 2.15.1 load these files and compute them wrong; 2.18.0
                    # is the oldest that was run.
                    {"int8-dynamic": {"ai-edge-litert": "1.0.1", "tensorflow": "2.18.0"}},
                    options=frozenset({"metadata"}),
                ),
            ),
        ),
        Format(
            "onnx",
            "ONNX opset 20: the desktop reference",
            ".onnx",
            ("torch", "onnx", "onnxscript", "onnxruntime"),
            # The first release with opset 20.
            (Backend("onnx", "cpu", "CPU", "onnx", {"onnxruntime": "1.17"}),),
        ),
    )
}


def find_format(name: str) -> Format:
    """Return the format called `name`.

    Raises
    ------
    InputError
        If there is no such format.
    """
    return find_entry(FORMATS, name, "format")


def find_backend(format_name: str, name: str | None = None) -> Backend:
    """Return the backend called `name` of a format, the default one for None.

    Raises
    ------
    InputError
        If there is no such format, or it has no such backend.
    """
    backends = {backend.name: backend for backend in find_format(format_name).backends}
    return find_entry(backends, name or next(iter(backends)), f"backend of {format_name}")


def recipes_of_format(name: str) -> tuple[Recipe, ...]:
    """Return the recipes that can be built for the default backend of the format called `name`."""
    return recipes_of_backend(find_backend(name))
