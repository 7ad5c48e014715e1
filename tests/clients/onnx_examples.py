"""What the tests of onnxruntime's clients feed: small models of every task, and texts for each."""

from dataclasses import dataclass
from pathlib import Path

import edge
from tests.checkpoints import save_bert, save_sentence_transformer, save_squeezebert

LENGTH = 32
LONG = "what is the weather today in paris and where can i pay the bill for my card please send a message to john " * 2


@dataclass(frozen=True)
class OnnxExample:
    """One model and what it is asked.

    Attributes
    ----------
    save
        Makes the checkpoint.
    recipes
        Of its artifacts.
    texts
        Run as one batch: texts of different lengths, or pairs of them.
    question
        What the client's pipeline is asked, as `edge.load` takes it; None where the client has no pipeline.
    """

    task: str
    save: object
    recipes: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    question: tuple[str, ...] | None


WORDS = (("transfer money to my bank account",), ("book a flight",), (LONG,))
PAIRS = (("where is john", "john is in paris"), ("where", "the bank account is good"), (LONG, "john is in paris"))

EXAMPLES = {
    "text-classification": OnnxExample(
        "text-classification",
        save_squeezebert,
        ("fp32", "int8-dynamic", "int8-static"),
        PAIRS,
        ("book a flight to london",),
    ),
    "token-classification": OnnxExample(
        "token-classification", save_bert, ("int8-dynamic",), WORDS, ("mary works in london",)
    ),
    "question-answering": OnnxExample(
        "question-answering",
        save_squeezebert,
        ("int8-dynamic",),
        PAIRS[:2],
        ("where is john", "mary is in london and john is in paris"),
    ),
    "fill-mask": OnnxExample("fill-mask", save_bert, ("int8-dynamic",), WORDS, ("the capital of france is [MASK]",)),
    "multiple-choice": OnnxExample("multiple-choice", save_squeezebert, ("int8-dynamic",), PAIRS, None),
    "feature-extraction": OnnxExample("feature-extraction", save_squeezebert, ("int8-dynamic",), WORDS, None),
    "sentence-embedding": OnnxExample(
        "feature-extraction", save_sentence_transformer, ("int8-dynamic",), WORDS, ("book a flight",)
    ),
}
# Each model with each of its recipes.
CASES = [(name, recipe) for name, example in EXAMPLES.items() for recipe in example.recipes]


def build_example(name: str, folder: Path) -> Path:
    """Build the bundle of one example in `folder`."""
    example = EXAMPLES[name]
    arguments = () if name == "sentence-embedding" else (example.task,)
    checkpoint = example.save(folder / "checkpoint", *arguments)
    bundle = folder / "bundle"
    edge.build(checkpoint, bundle, formats=["onnx"], recipes=list(example.recipes), sequence_lengths=(LENGTH,))
    return bundle
