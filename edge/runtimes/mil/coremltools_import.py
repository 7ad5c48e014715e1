"""Importing coremltools without its greeting.

On Linux the import logs eight lines about proxies that exist on macOS only, one about each package whose version it
was not tested with, and what torchao and torch say when it imports them. None of it concerns a user of this project.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from edge.errors import MissingPackageError

_GREETINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "coremltools": ("Failed to load _ML", "scikit-learn version", "Torch version", "TensorFlow version"),
        "torchao": ("Failed to load",),
        "torchao.kernel.intmm": ("Warning: Detected no triton",),
        "torch.utils._pytree": ("<enum 'KernelPreference'>",),
    }
)


# What coremltools imports for its converters if it is installed, in four of the five seconds that its import takes.
_FRAMEWORKS = ("torch", "torchao", "executorch", "tensorflow", "sklearn", "xgboost")


class _WithoutPrefixes(logging.Filter):
    def __init__(self, prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith(self._prefixes)


@contextmanager
def without_import_greetings() -> Iterator[None]:
    """Drop the log records that coremltools is known to write while it is imported, and no others."""
    filters = [(logging.getLogger(name), _WithoutPrefixes(prefixes)) for name, prefixes in _GREETINGS.items()]
    for logger, greeting in filters:
        logger.addFilter(greeting)
    try:
        yield
    finally:
        for logger, greeting in filters:
            logger.removeFilter(greeting)


def import_for_evaluation() -> None:
    """Import coremltools without the frameworks that it converts from, for a process that converts nothing.

    They can be imported later, but coremltools goes on without them until the process ends.

    Raises
    ------
    edge.errors.MissingPackageError
        coremltools is not installed, or not for this platform.
    """
    hidden = [name for name in _FRAMEWORKS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        require_coremltools()
    finally:
        for name in hidden:
            del sys.modules[name]


def missing_coremltools() -> str | None:
    """Return why coremltools cannot read a package here in one line, or None when it can.

    Looks for files only: importing coremltools takes seconds.
    """
    found = find_spec("coremltools")
    if found is None or not found.submodule_search_locations:
        return "running .mlpackage needs coremltools: pip install 'squeezebert-edge[build]'"
    # Where no wheel fits (Linux on ARM), pip installs coremltools from its source, without the reader of weights.
    if not any(any(Path(place).glob("libmilstoragepython*")) for place in found.submodule_search_locations):
        return "running .mlpackage: coremltools has no native library for this platform; use Linux x86-64 or macOS"
    return None


def require_coremltools() -> None:
    """Import coremltools quietly.

    Raises
    ------
    edge.errors.MissingPackageError
        coremltools is not installed, or not for this platform.
    """
    reason = missing_coremltools()
    if reason is not None:
        raise MissingPackageError(reason)
    with without_import_greetings():
        import coremltools  # noqa: F401
