"""A .pte for ExecuTorch's Core ML backend, off macOS: its Core ML package is taken out and evaluated in numpy.

On macOS, ExecuTorch itself runs such a file (`edge.runtimes.executorch`); that has not been run on a Mac.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from edge.artifact import TensorSpec
from edge.errors import EdgeError, InputError
from edge.runtimes import coreml
from edge.runtimes.executorch_program import Call, Method, read_method, read_payload
from edge.runtimes.inmemory_filesystem import unflatten
from edge.runtimes.mil.hazards import Hazard
from edge.runtimes.mil.layer_values import LayerDeviation, LayerValues
from edge.runtimes.mil.package import Package, read_package

BACKEND = "CoreMLBackend"

# Names that the backend gives to what it is handed.
PACKAGE_NAME = "model.mlpackage"
METADATA_NAME = "metadata.json"
_COMPILED_NAME = "model.mlmodelc"
# The beginning of a payload that only says where another one lies, for methods that share one package.
_REFERENCE = b"CMJR"


class EvaluatedDelegate:
    """The Core ML package of a .pte, evaluated; arguments are positional in the file and named by the manifest."""

    measures_latency = False

    def __init__(
        self,
        evaluated: coreml.CoreMLEvaluation,
        inputs: Mapping[str, str],
        outputs: Mapping[str, tuple[str, list[int]]],
    ) -> None:
        self.name = evaluated.name.replace("saved .mlpackage", "Core ML package in the .pte")
        self._evaluated = evaluated
        self._inputs = inputs
        self._outputs = outputs

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Map int32 inputs (1, S) to float32 outputs, both by name.

        Raises
        ------
        edge.errors.InputError
            A name, a dtype, a shape or a token id does not fit.
        edge.errors.ConversionError
            An operation of the package fails; the message names it.
        """
        return self._named(self._evaluated.run(self._inside(inputs)))

    def run_and_search(self, inputs: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], list[Hazard]]:
        """Run one inference as `run` does, and return what breaks on the way with its outputs."""
        results, hazards = self._evaluated.run_and_search(self._inside(inputs))
        return self._named(results), hazards

    def layer_deviations(self, recorded: LayerValues) -> list[LayerDeviation]:
        """Return how far each recorded layer is from the model's (`CoreMLEvaluation.layer_deviations`)."""
        return self._evaluated.layer_deviations(recorded)

    def _inside(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if inputs.keys() != self._inputs.keys():
            raise InputError(f"inputs are {sorted(inputs)}, the .pte takes {sorted(self._inputs)}")
        return {inside: inputs[name] for name, inside in self._inputs.items()}

    def _named(self, results: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: results[inside].reshape(shape) for name, (inside, shape) in self._outputs.items()}


def is_delegated(path: Path) -> bool:
    """Return whether the .pte at `path` calls the Core ML backend.

    Raises
    ------
    edge.errors.InputError
        It cannot be read, is no .pte, or is damaged.
    """
    return any(delegate.backend == BACKEND for delegate in read_method(path).delegates)


def load(path: Path, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec], threads: int) -> EvaluatedDelegate:
    """Load the .pte at `path`.

    Parameters
    ----------
    inputs, outputs
        What the manifest says of the artifact, in the order of the file.
    threads
        Ignored: the evaluation's time says nothing about a device.

    Raises
    ------
    edge.errors.InputError
        The file is damaged or of another backend, something else than one Core ML delegate stands in it, or the
        manifest names another number of inputs or outputs.
    edge.errors.ConversionError
        The evaluator does not know an operation of the package; the message names it.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    method = read_method(path)
    call = _only_call(method, path)
    with tempfile.TemporaryDirectory(prefix="squeezebert-edge-") as name:
        folder = Path(name)
        with _told_of(path, folder):
            evaluated = coreml.evaluate(embedded_package(path, folder))
        input_names, output_names = _argument_names(folder / METADATA_NAME, path)
    values = [*method.inputs, *method.outputs]
    specs = [*inputs, *outputs]
    if len(call.arguments) != len(input_names) + len(output_names) or set(call.arguments) != set(values):
        raise InputError(f"{path}: its delegate takes other arguments than its Core ML package; build it again")
    if (len(method.inputs), len(method.outputs)) != (len(inputs), len(outputs)):
        raise InputError(
            f"{path}: takes {len(method.inputs)} inputs and returns {len(method.outputs)} outputs, "
            f"but {len(inputs)} and {len(outputs)} are named; build the bundle again"
        )
    inside = dict(zip(call.arguments, (*input_names, *output_names), strict=True))
    named = [(inside[value], spec) for value, spec in zip(values, specs, strict=True)]
    return EvaluatedDelegate(
        evaluated,
        {spec.name: name for name, spec in named[: len(inputs)]},
        {spec.name: (name, spec.shape) for name, spec in named[len(inputs) :]},
    )


def embedded_package(pte_path: Path, directory: Path) -> Package:
    """Take the Core ML package out of the .pte at `pte_path`; it is written to `directory`, an empty folder.

    Raises
    ------
    edge.errors.InputError
        The file cannot be read, is damaged or of another backend, or something else than one Core ML delegate
        stands in it.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    method = read_method(pte_path)
    call = _only_call(method, pte_path)
    assert call.delegate is not None
    return unpack_package(read_payload(pte_path, method.delegates[call.delegate]), directory, pte_path)


def unpack_package(payload: bytes, directory: Path, source: Path) -> Package:
    """Write the Core ML package that the backend is handed in `payload` to `directory`, and read it.

    Parameters
    ----------
    source
        The .pte that errors name.

    Raises
    ------
    edge.errors.InputError
        The payload is damaged, or holds no package.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    if payload.startswith(_REFERENCE):
        raise InputError(f"{source}: its methods share one Core ML package, which is not read here; build it again")
    try:
        files = unflatten(payload)
    except ValueError as error:
        raise InputError(f"{source}: its Core ML package is damaged ({error}); build it again") from error
    if any(name.startswith(f"{_COMPILED_NAME}/") for name in files):
        raise InputError(f"{source}: its Core ML model is compiled, which only macOS and iOS read; build it again")
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
    with _told_of(source, directory):
        return read_package(directory / PACKAGE_NAME)


def _only_call(method: Method, path: Path) -> Call:
    """Return the call of the Core ML delegate if nothing else is called."""
    delegated = [call for call in method.calls if call.delegate is not None and call.name == BACKEND]
    others = [call.name for call in method.calls if call not in delegated]
    if not delegated:
        found = ", ".join(dict.fromkeys(others)) or "nothing"
        raise InputError(f"{path}: not made for ExecuTorch's Core ML backend, it calls {found}")
    if others:
        found = ", ".join(dict.fromkeys(others))
        raise InputError(f"{path}: {found} stands outside of the Core ML delegate, which alone is evaluated here")
    if len(delegated) > 1:
        raise InputError(f"{path}: calls {len(delegated)} Core ML delegates, and only a single one is evaluated here")
    return delegated[0]


def _argument_names(metadata: Path, source: Path) -> tuple[list[str], list[str]]:
    """Return the package's names of the delegate's inputs and outputs, in the order of its arguments."""
    try:
        document = json.loads(metadata.read_bytes())
        names: tuple[list[str], list[str]] = (list(document["inputNames"]), list(document["outputNames"]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{source}: says nothing of its Core ML package's inputs; build it again") from error
    return names


@contextmanager
def _told_of(source: Path, folder: Path) -> Iterator[None]:
    """Name `source` in errors in place of the folder that was made from it."""
    try:
        yield
    except EdgeError as error:
        raise type(error)(str(error).replace(str(folder), str(source))) from error
