"""Several Core ML packages of one model as one with a function for each; equal weights are stored once (iOS 18)."""

from collections.abc import Mapping
from pathlib import Path

from converters.artifact_name import function_name


def combine_packages(packages: Mapping[int, Path], path: Path) -> None:
    """Write the functions ``main`` of `packages`, by sequence length, to one package at `path`.

    The longest is what a caller gets that asks for no function.
    """
    from coremltools.models.utils import MultiFunctionDescriptor, save_multifunction

    descriptor = MultiFunctionDescriptor()
    for length, package in packages.items():
        descriptor.add_function(str(package), "main", function_name(length))
    descriptor.default_function_name = function_name(max(packages))
    save_multifunction(descriptor, str(path))
