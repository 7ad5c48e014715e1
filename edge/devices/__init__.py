"""Devices: one file for each kind, and the measurement that all share."""
