"""How SQuAD compares answers: the official evaluation script's rules, versions 1.1 and 2."""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalized(answer: str) -> str:
    """Return `answer` in lower case without punctuation, articles and extra spaces."""
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, expected: str) -> float:
    """Return 1 if the answers are the same once normalized, else 0."""
    return float(normalized(answer) == normalized(expected))


def f1(answer: str, expected: str) -> float:
    """Return the F1 of the normalized answers' words; if one has none, whether the other has none either."""
    found, wanted = normalized(answer).split(), normalized(expected).split()
    if not found or not wanted:
        return float(found == wanted)
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / (len(found) + len(wanted))


def best_exact_match(answer: str, references: Sequence[str]) -> float:
    """Return the exact match with the best of the right answers; without any, only an empty answer is right."""
    return _best(exact_match, answer, references)


def best_f1(answer: str, references: Sequence[str]) -> float:
    """Return the F1 with the best of the right answers; without any, only an empty answer is right."""
    return _best(f1, answer, references)


def _best(rule: Callable[[str, str], float], answer: str, references: Sequence[str]) -> float:
    # The script leaves out references of which nothing remains.
    remaining = [reference for reference in references if normalized(reference)]
    return max(rule(answer, reference) for reference in remaining or [""])
