"""Quantization: recipes as data, and one file for each method."""

from quantize.recipe import Recipe, find_recipe, load_recipes
from quantize.static_plan import StaticPlan, load_plan

__all__ = ["Recipe", "StaticPlan", "find_recipe", "load_plan", "load_recipes"]
