"""Building the contestants: each unit in a process of its own, and not again while its inputs are the same."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata, util
from pathlib import Path

from benchmarks.built import Built, read_built
from benchmarks.contestant import Contestant
from benchmarks.routes.sources import NOT_SHAPING, SOURCES
from edge.child_process import Job, Stage, run_jobs
from edge.errors import EdgeError

# Packages whose versions shape a file or how it runs.
PACKAGES = (
    "torch",
    "transformers",
    "litert-torch",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "executorch",
    "onnx",
    "onnxscript",
    "onnxruntime",
    "coremltools",
    "numpy",
)
RECORD = "unit.json"


@dataclass(frozen=True)
class Unit:
    """Contestants that one process builds: all formats of a recipe are one bundle, everything else is alone."""

    name: str
    route: str
    contestants: tuple[Contestant, ...]


@dataclass(frozen=True)
class BuildResult:
    """A contestant at one length: what was built, or the one line that says why not."""

    contestant: Contestant
    sequence_length: int
    built: Built | None
    error: str | None


def units_of(contestants: Iterable[Contestant]) -> list[Unit]:
    """Return what to build for `contestants`."""
    by_name: dict[str, list[Contestant]] = {}
    for contestant in contestants:
        shared = contestant.route == "product"
        by_name.setdefault(f"bundle-{contestant.recipe}" if shared else contestant.name, []).append(contestant)
    units = []
    for name, members in by_name.items():
        if members[0].route == "product":
            name = "-".join([name, *(member.format for member in members)])
        units.append(Unit(name, members[0].route, tuple(members)))
    return units


def build_contestants(
    contestants: Sequence[Contestant], checkpoint: Path, sequence_length: int, work: Path, stage: Stage
) -> list[BuildResult]:
    """Build what is missing in `work`, one unit after the other; a unit that fails is a result like any other."""
    checkpoint_hash = hash_files(sorted(path for path in checkpoint.iterdir() if path.is_file()))
    results = []
    for unit in units_of(contestants):
        directory = work / f"{unit.name}-{sequence_length}"
        key = _key(unit, checkpoint_hash, sequence_length)
        built = _recorded(directory, key)
        error = None
        if built is None:
            title = f"build {unit.name} at {sequence_length} tokens"
            try:
                built = _build(unit, checkpoint, sequence_length, directory, title, stage)
                record = {"key": key, "built": {name: entry.as_dict() for name, entry in built.items()}}
                (directory / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
            except EdgeError as failure:
                built, error = {}, str(failure).splitlines()[0]
        results += [BuildResult(entry, sequence_length, built.get(entry.name), error) for entry in unit.contestants]
    order = {contestant.name: index for index, contestant in enumerate(contestants)}
    return sorted(results, key=lambda result: order[result.contestant.name])


def save_parity(result: BuildResult, parity: dict[str, float], work: Path) -> BuildResult:
    """Enter what was measured of a contestant into its record, so that it is not measured again."""
    assert result.built is not None
    (unit,) = units_of([result.contestant])
    path = work / f"{unit.name}-{result.sequence_length}" / RECORD
    record = json.loads(path.read_text(encoding="utf-8"))
    record["built"][result.contestant.name]["parity"] = parity
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return replace(result, built=replace(result.built, parity=parity))


def package_versions() -> dict[str, str]:
    """Return the installed versions of `PACKAGES`."""
    installed = {distribution.name.lower() for distribution in metadata.distributions() if distribution.name}
    return {name: metadata.version(name) for name in PACKAGES if name in installed}


def hash_files(paths: Iterable[Path]) -> str:
    """Return a SHA-256 over the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.name}\0{content}\n".encode())
    return digest.hexdigest()


def _build(
    unit: Unit, checkpoint: Path, sequence_length: int, directory: Path, title: str, stage: Stage
) -> dict[str, Built]:
    job = Job(
        title=title,
        module="benchmarks.build_worker",
        arguments={
            "route": unit.route,
            "contestants": [contestant.name for contestant in unit.contestants],
            "checkpoint": str(checkpoint.resolve()),
            "sequence_length": sequence_length,
            "directory": str(directory.resolve()),
        },
    )
    (answer,) = run_jobs([job], stage, workers=1)
    return {name: read_built(document) for name, document in answer.items()}


def _key(unit: Unit, checkpoint_hash: str, sequence_length: int) -> str:
    """Return a hash of all that shapes the unit's files."""
    sources = ["benchmarks.built", f"benchmarks.routes.{unit.route}", *SOURCES[unit.route]]
    parts = {
        "checkpoint": checkpoint_hash,
        "contestants": [repr(contestant) for contestant in unit.contestants],
        "sequence_length": sequence_length,
        "sources": {name: hash_files(_source_files(name)) for name in sources},
        "packages": package_versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _source_files(name: str) -> list[Path]:
    spec = util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    origin = Path(spec.origin)
    if spec.submodule_search_locations is None:
        return [origin]
    files = (path for path in origin.parent.rglob("*") if path.suffix in (".py", ".toml", ".jsonl"))
    skipped = [origin.parents[1] / folder for folder in NOT_SHAPING]
    return sorted(path for path in files if not any(path.is_relative_to(folder) for folder in skipped))


def _recorded(directory: Path, key: str) -> dict[str, Built] | None:
    """Return what a unit's record says, if it is of the same inputs and its files are there."""
    try:
        record = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        if record["key"] != key:
            return None
        built = {name: read_built(document) for name, document in record["built"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        # Missing, or cut short by an interrupt: built again either way.
        return None
    return built if all(entry.file.exists() for entry in built.values()) else None
