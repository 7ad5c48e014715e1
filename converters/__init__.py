"""Converters: one file for each format, and their registry in `converters.format`."""

from converters.backend import Backend, recipes_of_backend
from converters.conversion import convert
from converters.file_options import FileOptions
from converters.format import FORMATS, Format, find_backend, find_format, recipes_of_format

__all__ = [
    "FORMATS",
    "Backend",
    "FileOptions",
    "Format",
    "convert",
    "find_backend",
    "find_format",
    "recipes_of_backend",
    "recipes_of_format",
]
