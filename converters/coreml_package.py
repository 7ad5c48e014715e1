"""Writing an .mlpackage so that the same model gives the same bytes."""

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

DATA = Path("Data") / "com.apple.CoreML"


def write_package(spec: Any, weights: Path, path: Path) -> None:
    """Write a package of the specification `spec` and the files in `weights`, which are moved there, to `path`.

    coremltools itself writes random identifiers, the date and maps in hash order; none of them reaches `path`.
    """
    if path.exists():
        shutil.rmtree(path)
    (path / DATA).mkdir(parents=True)
    (path / DATA / "model.mlmodel").write_bytes(spec.SerializeToString(deterministic=True))
    (path / DATA / "weights").mkdir()
    for file in weights.iterdir():
        shutil.move(file, path / DATA / "weights" / file.name)
    (path / "Manifest.json").write_text(json.dumps(_manifest(), indent=4, sort_keys=True) + "\n")


def _manifest() -> dict[str, Any]:
    """Return a package manifest whose identifiers depend on the entries only."""
    entries = {
        "model.mlmodel": "Core ML model specification",
        "weights": "Core ML model weights",
    }
    items = {
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"com.apple.CoreML/{name}")): {
            "author": "com.apple.CoreML",
            "description": description,
            "name": name,
            "path": f"com.apple.CoreML/{name}",
        }
        for name, description in entries.items()
    }
    root = next(key for key, item in items.items() if item["name"] == "model.mlmodel")
    return {"fileFormatVersion": "1.0.0", "itemInfoEntries": items, "rootModelIdentifier": root}
