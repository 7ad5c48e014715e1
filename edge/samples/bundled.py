"""The sample texts that the package carries."""

import json
from importlib import resources

from edge.samples.sample import Sample


def bundled_samples() -> list[Sample]:
    """Return the samples that the package carries; edge/samples/ATTRIBUTION.md names their sources."""
    text = (resources.files("edge.samples") / "texts.jsonl").read_text(encoding="utf-8")
    return [Sample(json.loads(line)["text"]) for line in text.split("\n") if line]
