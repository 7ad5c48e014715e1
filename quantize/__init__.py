"""Quantization: recipes as data, and one file for each method."""

from quantize.recipe import Recipe, find_recipe, load_recipes

__all__ = ["Recipe", "find_recipe", "load_recipes"]
