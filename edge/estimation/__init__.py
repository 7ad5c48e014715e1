"""Latency of a model on a target before any artifact exists: always an estimate."""
