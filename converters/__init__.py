"""Converters: one file for each format, and their registry in `converters.format`."""

from converters.format import FORMATS, Format, convert, find_format, recipes_of_format

__all__ = ["FORMATS", "Format", "convert", "find_format", "recipes_of_format"]
