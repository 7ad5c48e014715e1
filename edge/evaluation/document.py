"""What `evaluate` finds."""

from edge.artifact import Strict


class EvaluationRow(Strict):
    """One artifact on the data.

    Attributes
    ----------
    value
        The metric, at most 1.
    reference
        The metric of the fp32 reference on the same rows, cut to the same length.
    delta
        ``value - reference``.
    agreement
        Share of answers that are the reference's, right or wrong; where an answer is a number, Spearman's correlation
        of the numbers.
    details
        Second numbers that the task has, and the reference's: ``exact_match`` and ``reference_exact_match``.
    """

    artifact: str
    value: float
    reference: float
    delta: float
    agreement: float
    details: dict[str, float] | None = None


class Evaluation(Strict):
    """Every artifact's metric.

    Attributes
    ----------
    rows
        Rows of the data that were evaluated.
    reference_source
        What computed the reference: ``checkpoint <path or Hub id>`` or ``artifact <ids>``.
    skipped
        Why an artifact could not run on this host, by its id.
    """

    task: str
    metric: str
    rows: int
    reference_source: str
    results: list[EvaluationRow]
    skipped: dict[str, str]
