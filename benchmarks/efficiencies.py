"""``python -m benchmarks.efficiencies WORK``: measure how well each layer type uses a core, for estimates.

SqueezeBERT-base with random weights is built as .tflite, and each operator of an inference is timed and counted to a
layer type, on one thread and on two. The rates are divided by the peak of a core, which is measured too.
"""

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import edge
from benchmarks.machine import describe_machine
from benchmarks.random_checkpoint import PUBLISHED
from edge.bundle import Bundle, open_bundle
from edge.checkpoint import ModelConfig
from edge.child_process import Job, Stage, run_jobs
from edge.cli.progress import show_progress
from edge.errors import EdgeError, InputError
from edge.estimation import efficiencies
from edge.estimation.efficiencies import Check, Efficiencies, Efficiency, RecipeEfficiencies
from edge.estimation.layer_work import LayerType, encoder_work
from edge.estimation.precision import Precision, precision_of
from edge.hardware import Arithmetic, Peak
from edge.pretrained import intents
from quantize import find_recipe

COMMAND = "python -m benchmarks.efficiencies WORK"
DEFAULT_FILE = Path(efficiencies.__file__).parent / efficiencies.FILE
SQUEEZEBERT, INTENTS = "SqueezeBERT-base", "intents"
RECIPES = ("fp32", "int8-dynamic", "int8-static")
LENGTHS, INTENTS_LENGTHS = (32, 128, 384), (32,)
THREADS = (1, 2)
PACKAGES = ("ai-edge-litert", "litert-torch", "torch")
INTERRUPTED = 130


@dataclass(frozen=True)
class Rule:
    """How long to measure: rounds of bursts, and inferences of a burst."""

    rounds: int = 15
    runs: int = 20


def published_config() -> ModelConfig:
    """Return the shape of SqueezeBERT-base."""
    fields = {name: value for name, value in PUBLISHED.items() if name != "embedding_size"}
    return ModelConfig(model_type="squeezebert", embedding_layer_norm_eps=fields["layer_norm_eps"], **fields)


def measure_efficiencies(work: Path, rule: Rule, stage: Stage) -> Efficiencies:
    """Build what is missing in `work`, measure, and return the efficiencies."""
    checkpoint = work / "squeezebert-base"
    if not (checkpoint / "config.json").is_file():
        run_jobs([Job("make checkpoint", "benchmarks.random_checkpoint", {"folder": str(checkpoint)})], stage, 1)
    bundle = _built(checkpoint, work / "squeezebert-base-bundle", LENGTHS, stage)
    with intents() as folder:
        small = _built(folder, work / "intents-bundle", INTENTS_LENGTHS, stage)
    config = published_config()
    peaks = [_peak(stage)]
    layers = {
        (name, length, threads): _layers(bundle, name, length, threads, config, rule, stage)
        for name in RECIPES
        for length in LENGTHS
        for threads in THREADS
    }
    checks = [
        _check(INTENTS, small, name, length, threads, rule, stage)
        for name in RECIPES
        for length in INTENTS_LENGTHS
        for threads in THREADS
    ]
    # Clocks change from minute to minute.
    peaks.append(_peak(stage))
    fp32, int8 = (max(rate for peak in peaks for rate in peak[kind].values()) for kind in ("fp32", "int8"))
    measured = Peak(
        fp32_gflops=round(fp32 / 1e9, 1),
        int8_gops=round(int8 / 1e9, 1),
        source="fastest of the linear layers of benchmarks.core_peak, on one thread through XNNPACK",
    )
    recipes: dict[str, list[RecipeEfficiencies]] = {name: [] for name in RECIPES}
    for name in RECIPES:
        for length in LENGTHS:
            alone, together = (layers[name, length, threads] for threads in THREADS)
            precision = precision_of(find_recipe(name), "tflite", "xnnpack", length)
            recipes[name].append(recipe_efficiencies(config, length, precision, measured, alone, together))
    machine = describe_machine()
    return Efficiencies(
        command=COMMAND,
        machine=f"{machine.processor}, {machine.cores} cores, {machine.system}; {', '.join(machine.flags)}",
        packages={name: metadata.version(name) for name in PACKAGES},
        model=SQUEEZEBERT,
        peak=measured,
        clock_mhz=round(fp32 / 1e6 / operations_per_cycle(machine.flags)),
        recipes={name: tuple(found) for name, found in recipes.items()},
        checks=tuple(checks),
    )


def recipe_efficiencies(
    config: ModelConfig,
    length: int,
    precision: Precision,
    peak: Peak,
    alone: Mapping[str, Any],
    together: Mapping[str, Any],
) -> RecipeEfficiencies:
    """Return the efficiencies of one recipe at one length.

    Parameters
    ----------
    config, length
        What the inference was of.
    alone, together
        What `benchmarks.layer_times.measure_layers` found on one thread and on two.
    """

    def rate(arithmetic: Arithmetic) -> float:
        return peak.operations(arithmetic) or 0.0

    works = encoder_work(config, length)
    layers = {}
    for work in works:
        steps = 2 * (work.steps + work.moved)
        at_peak_ms = 1000 * (precision.seconds_at_peak(work, rate) + steps / rate("fp32"))
        one, two = alone["layers_ms"][work.type.value], together["layers_ms"][work.type.value]
        layers[work.type] = Efficiency(
            efficiency=round(min(1.0, at_peak_ms / one), 4),
            synchronization_us=round(max(0.0, 1000 * (two - one / 2) / work.operators), 3),
        )
    between_us = 1000 * (alone["inference_ms"] - sum(alone["layers_ms"].values()))
    operators = sum(work.operators for work in works)
    return RecipeEfficiencies(
        sequence_length=length, between_operators_us=round(max(0.0, between_us / operators), 4), layers=layers
    )


def operations_per_cycle(flags: Sequence[str]) -> int:
    """Return the fp32 operations of a cycle: two FMA units, of 512 bits, of 256 on older x86-64, of 128 on Arm."""
    lanes = 16 if "avx512f" in flags else 8 if "avx2" in flags else 4
    return 2 * lanes * 2


def write_toml(found: Efficiencies) -> str:
    """Return efficiencies.toml's text."""
    packages = ", ".join(f'{name} = "{version}"' for name, version in found.packages.items())
    lines = [
        f"# Written by `{found.command}`: the share of a core's peak that each layer type of",
        f"# {found.model} reached on one thread, and by how much each operator missed half of that time on two.",
        f'command = "{found.command}"',
        f'machine = "{found.machine}"',
        f"packages = {{ {packages} }}",
        f'model = "{found.model}"',
        f"clock_mhz = {found.clock_mhz}",
        "",
        "[peak]",
        f"fp32_gflops = {found.peak.fp32_gflops}",
        f"int8_gops = {found.peak.int8_gops}",
        f'source = "{found.peak.source}"',
    ]
    for name, recipe in found.recipes.items():
        for measured in recipe:
            lines += ["", f"[[recipes.{name}]]", f"sequence_length = {measured.sequence_length}"]
            lines += [f"between_operators_us = {measured.between_operators_us}", f"[recipes.{name}.layers]"]
            lines += [
                f"{kind.value} = {{ efficiency = {each.efficiency}, synchronization_us = {each.synchronization_us} }}"
                for kind, each in sorted(measured.layers.items(), key=lambda item: list(LayerType).index(item[0]))
            ]
    lines += ["", "# Inferences on the same machine that no efficiency was taken from."]
    for check in found.checks:
        lines += [
            "[[checks]]",
            f'model = "{check.model}"',
            f'recipe = "{check.recipe}"',
            f"sequence_length = {check.sequence_length}",
            f"threads = {check.threads}",
            f"measured_ms = {check.measured_ms}",
        ]
    return "\n".join(lines) + "\n"


def _built(checkpoint: Path, folder: Path, lengths: Sequence[int], stage: Stage) -> Bundle:
    """Return the bundle at `folder`, built if it is not there."""
    if (folder / "manifest.json").is_file():
        bundle = open_bundle(folder)
        there = {(artifact.recipe, artifact.sequence_lengths[0]) for artifact in bundle.manifest.artifacts}
        if there >= {(recipe, length) for recipe in RECIPES for length in lengths}:
            return bundle
    return edge.build(
        checkpoint, folder, formats=["tflite"], recipes=RECIPES, sequence_lengths=lengths, force=True, stage=stage
    )


def _peak(stage: Stage) -> dict[str, Any]:
    return run_jobs([Job("measure the peak of a core", "benchmarks.core_peak", {})], stage, 1)[0]


def _layers(
    bundle: Bundle, recipe: str, length: int, threads: int, config: ModelConfig, rule: Rule, stage: Stage
) -> Mapping[str, Any]:
    arguments = {
        "what": "layers",
        "path": str(_file(bundle, recipe, length)),
        "threads": threads,
        "rounds": rule.rounds,
        "runs": rule.runs,
        "hidden": config.hidden_size,
        "groups": config.q_groups,
    }
    return run_jobs(
        [Job(f"time {recipe}, {length} tokens, {threads} threads", "benchmarks.layer_times", arguments)], stage, 1
    )[0]


def _check(model: str, bundle: Bundle, recipe: str, length: int, threads: int, rule: Rule, stage: Stage) -> Check:
    arguments = {
        "what": "inference",
        "path": str(_file(bundle, recipe, length)),
        "threads": threads,
        "rounds": rule.rounds,
        "runs": rule.runs,
    }
    title = f"time {model}, {recipe}, {length} tokens, {threads} threads"
    (found,) = run_jobs([Job(title, "benchmarks.layer_times", arguments)], stage, 1)
    return Check(
        model=model, recipe=recipe, sequence_length=length, threads=threads, measured_ms=round(found["inference_ms"], 3)
    )


def _file(bundle: Bundle, recipe: str, length: int) -> Path:
    return bundle.path(bundle.artifact(f"tflite-{recipe}-{length}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    grammar = argparse.ArgumentParser(prog="python -m benchmarks.efficiencies", description=__doc__)
    grammar.add_argument("work", type=Path, metavar="WORK", help="folder that keeps what was built")
    grammar.add_argument("--out", type=Path, default=DEFAULT_FILE, help="file to write; default: %(default)s")
    grammar.add_argument("--rounds", type=int, default=Rule.rounds, choices=range(1, 1000), metavar="N")
    options = grammar.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        try:
            options.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{options.work}: cannot be made ({error.strerror}); choose another") from error
        if not options.out.absolute().parent.is_dir():
            raise InputError(f"{options.out}: its folder does not exist; make it first")
        with show_progress() as stage:
            found = measure_efficiencies(options.work, Rule(rounds=options.rounds), stage)
        options.out.write_text(write_toml(found), encoding="utf-8")
    except EdgeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print(f"interrupted: nothing was written; what was built stays in {options.work}", file=sys.stderr)
        return INTERRUPTED
    print(f"wrote {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
