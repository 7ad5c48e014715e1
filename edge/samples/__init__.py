"""Sample texts for calibration and verification."""

from edge.samples.samples import Sample, bundled_samples, read_samples, verification_samples

__all__ = ["Sample", "bundled_samples", "read_samples", "verification_samples"]
