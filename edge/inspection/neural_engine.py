"""Which operations of a Core ML package are known to leave the Neural Engine, by published rules."""

from collections.abc import Iterable

from edge.inspection.document import NeuralEngine, NeuralEngineFinding, NeuralEngineFunction
from edge.inspection.macs import multiply_accumulates
from edge.inspection.mil_function import Function, Operation, read_functions
from edge.inspection.neural_engine_checks import CHECKS
from edge.inspection.neural_engine_rules import NOTE, RULES
from edge.runtimes.mil.package import Package

_LEAVING = frozenset(rule.name for rule in RULES if rule.leaves)


def neural_engine_findings(package: Package) -> NeuralEngine:
    """Check every operation of every function against every rule; no weight is read and nothing runs.

    Raises
    ------
    edge.errors.InputError
        An operation lacks a parameter that its type has.
    """
    functions = []
    findings: list[NeuralEngineFinding] = []
    for function in read_functions(package):
        summary, found = _check(function)
        functions.append(summary)
        findings += found
    return NeuralEngine(note=NOTE, rules=list(RULES), functions=functions, findings=findings)


def _check(function: Function) -> tuple[NeuralEngineFunction, list[NeuralEngineFinding]]:
    findings = []
    macs: list[int | None] = []
    eligible: list[int | None] = []
    unnamed: list[int | None] = []
    for operation in function.operations:
        count = multiply_accumulates(operation)
        hit = _rules_that_hit(operation, function)
        macs.append(count)
        if _LEAVING.isdisjoint(hit):
            eligible.append(count)
        if not hit:
            unnamed.append(count)
        findings += [
            NeuralEngineFinding(function=function.name, type=operation.type, name=operation.name, rule=rule, macs=count)
            for rule in hit
        ]
    summary = NeuralEngineFunction(
        name=function.name,
        operations=len(macs),
        eligible_operations=len(eligible),
        macs=_sum(macs),
        eligible_macs=_sum(eligible),
        unnamed_macs=_sum(unnamed),
    )
    return summary, findings


def _rules_that_hit(operation: Operation, function: Function) -> list[str]:
    return [rule.name for rule in RULES if CHECKS[rule.name](operation, function)]


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(filter(None, known))
