"""Reading an .mlpackage: its manifest, its model description, its program and its weights."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.runtimes.mil.coremltools_import import require_coremltools

MAIN_FUNCTION = "main"


@dataclass(frozen=True)
class Package:
    """The opened files of an .mlpackage.

    Attributes
    ----------
    path
        The package folder.
    spec
        The parsed ``CoreML.Specification.Model`` message; it holds an ML program.
    weights_directory
        The folder of ``weight.bin``; it may be absent when the program carries no large constant.
    """

    path: Path
    spec: Any
    weights_directory: Path


def read_package(path: Path) -> Package:
    """Read the manifest and the model description of an .mlpackage; the weights are not read yet.

    Raises
    ------
    edge.errors.InputError
        There is no package at `path`, it is damaged, or it holds no ML program.
    edge.errors.MissingPackageError
        coremltools is not installed.
    """
    if not path.is_dir():
        raise InputError(f"{path}: no Core ML package here (an .mlpackage is a folder)")
    model_file, weights_directory = _manifest_items(path)
    require_coremltools()
    from coremltools.proto import Model_pb2

    spec = Model_pb2.Model()
    try:
        spec.ParseFromString(model_file.read_bytes())
    except OSError as error:
        raise InputError(f"{model_file}: cannot be read ({error.strerror}); build the package again") from error
    except Exception as error:  # protobuf's DecodeError; protobuf ships no types to name it by
        raise InputError(f"{model_file}: not a Core ML model, or cut short; build the package again") from error
    kind = spec.WhichOneof("Type")
    if kind != "mlProgram":
        raise InputError(f"{model_file}: holds {kind or 'no model'}, not an ML program; build the package again")
    return Package(path, spec, weights_directory)


def chosen_function(package: Package, function: str | None = None) -> str:
    """Return `function`, or the name of the function that Core ML runs when none is asked for.

    Raises
    ------
    edge.errors.InputError
        The program has no function of that name; the message lists those that it has.
    """
    name = function or package.spec.description.defaultFunctionName or MAIN_FUNCTION
    functions = package.spec.mlProgram.functions
    if name not in functions:
        raise InputError(f"{package.path}: no function {name!r}, only {', '.join(sorted(functions)) or 'none'}")
    return name


def function_operations(package: Package, function: str | None = None) -> list[Any]:
    """Return the operation messages of a function without loading any weight.

    Parameters
    ----------
    function
        As in `chosen_function`, which also says what is raised.
    """
    message = package.spec.mlProgram.functions[chosen_function(package, function)]
    return list(message.block_specializations[message.opset].operations)


def load_function(package: Package, function: str | None = None) -> Any:
    """Load a function with its weights, and no other, as a coremltools MIL function.

    Parameters
    ----------
    function
        As in `chosen_function`.

    Raises
    ------
    edge.errors.InputError
        There is no such function, the weights are missing or cut short, or coremltools cannot read the program.
    """
    from coremltools.converters.mil.frontend.milproto.load import load

    name = chosen_function(package, function)
    spec = type(package.spec)()
    spec.CopyFrom(package.spec)
    for other in package.spec.mlProgram.functions:
        if other != name:
            del spec.mlProgram.functions[other]
    try:
        program = load(spec, spec.specificationVersion, str(package.weights_directory))
    except Exception as error:  # a damaged package makes coremltools raise whatever its code stumbles over
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{package.path}: cannot be loaded ({reason}); build the package again") from error
    return program.functions[name]


def _manifest_items(path: Path) -> tuple[Path, Path]:
    manifest_file = path / "Manifest.json"
    try:
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        items = manifest["itemInfoEntries"]
        model = path / "Data" / items[manifest["rootModelIdentifier"]]["path"]
        weights = [path / "Data" / item["path"] for item in items.values() if item["name"] == "weights"]
    except OSError as error:
        raise InputError(f"{manifest_file}: cannot be read ({error.strerror}); build the package again") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{manifest_file}: not the manifest of a Core ML package; build the package again") from error
    return model, weights[0] if weights else model.parent / "weights"
