"""What a pruning did, in one line."""

from edge.manifest import VocabularyPruningInfo


def pruning_line(pruning: VocabularyPruningInfo) -> str:
    """Return vocabulary size, unknown-token rate and length of texts, before and after."""
    return (
        f"vocabulary {pruning.tokens_before} -> {pruning.tokens_after} tokens,"
        f" unknown {pruning.unknown_rate_before:.2%} -> {pruning.unknown_rate_after:.2%},"
        f" {pruning.tokens_per_text_before:.1f} -> {pruning.tokens_per_text_after:.1f} tokens a text"
    )
