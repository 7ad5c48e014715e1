"""Every exception that squeezebert-edge raises on purpose.

A message is one line: what is wrong, where, and what to do. The command line prints it and exits with
`exit_status`; it shows a traceback only with ``--debug``.
"""


class EdgeError(Exception):
    """Base of all errors of this project."""

    exit_status = 2


class InputError(EdgeError):
    """Wrong usage or bad input: a file, an option, a checkpoint (exit status 2)."""


class MissingPackageError(InputError):
    """A package that the requested work needs is not installed (exit status 2)."""


class GateError(EdgeError):
    """An artifact does not compute what the checkpoint computes (exit status 1)."""

    exit_status = 1


class ConversionError(EdgeError):
    """A converter or runtime of another project failed on this model (exit status 1)."""

    exit_status = 1


class DeviceError(EdgeError):
    """A device went away, is full, hangs, is in use or brought a file over damaged (exit status 1)."""

    exit_status = 1
