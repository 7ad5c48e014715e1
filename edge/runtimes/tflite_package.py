"""Which package's interpreter runs .tflite on this host."""

from dataclasses import dataclass
from functools import reduce
from importlib import import_module, metadata, util
from typing import Any

from edge.runtimes.minimum import Installed


@dataclass(frozen=True)
class Package:
    """A package with an interpreter.

    Attributes
    ----------
    name
        As in a manifest's ``minimum_runtime``.
    module
        What is imported.
    interpreter
        The interpreter's class in `module`.
    distributions
        Names under which the package is installed.
    """

    name: str
    module: str
    interpreter: str
    distributions: tuple[str, ...]


# Best first.
PACKAGES = (
    Package(
        "ai-edge-litert", "ai_edge_litert.interpreter", "Interpreter", ("ai-edge-litert", "ai-edge-litert-nightly")
    ),
    Package(
        "tflite-runtime", "tflite_runtime.interpreter", "Interpreter", ("tflite-runtime", "tflite-runtime-nightly")
    ),
    Package(
        "tensorflow",
        "tensorflow",
        "lite.Interpreter",
        ("tensorflow", "tensorflow-cpu", "tensorflow-cpu-aws", "tensorflow-macos", "tensorflow-intel"),
    ),
)


def find_package() -> Package | None:
    """Return the best installed package, or None; imports nothing."""
    return next((package for package in PACKAGES if util.find_spec(package.module.split(".")[0]) is not None), None)


def installed_version(package: Package) -> Installed:
    """Return the installed version of `package`."""
    for distribution in package.distributions:
        try:
            return Installed(package.name, metadata.version(distribution))
        except metadata.PackageNotFoundError:
            continue
    # Built from source, or installed under a name of somebody else's.
    return Installed(package.name, import_module(package.module.split(".")[0]).__version__)


def interpreter_class(package: Package) -> Any:
    """Return the ``Interpreter`` of `package`."""
    return reduce(getattr, package.interpreter.split("."), import_module(package.module))
