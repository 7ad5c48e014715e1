"""Running artifacts on this host: one file for each format."""

from edge.runtimes.runtime import RUNTIMES, Runtime, load_runtime, why_unavailable

__all__ = ["RUNTIMES", "Runtime", "load_runtime", "why_unavailable"]
