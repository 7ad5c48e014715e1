"""Vocabulary pruning: a checkpoint that keeps the embedding rows of the tokens its texts need."""

from edge.vocabulary.coverage import Coverage
from edge.vocabulary.pruning import VocabularyPruning, prune_vocabulary

__all__ = ["Coverage", "VocabularyPruning", "prune_vocabulary"]
