"""``squeezebert-edge run``."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table, without_library_logs

if TYPE_CHECKING:
    import numpy as np

    from edge.model import Model
    from edge.predictions import Prediction

# Numbers of an embedding that are printed; --json has all.
SHOWN_VALUES = 8


def run(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="One example: a text; then the second text, the context, or the choices, by task."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Many examples instead: a row each of .txt, .jsonl, .csv, ...; labels are not read."),
    ] = None,
    artifact: Annotated[str | None, typer.Option(help="Artifact id; the default is the best for this host.")] = None,
    top_k: Annotated[int | None, typer.Option(min=1, help="How many predictions to print.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; see 'list targets' for the default.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Predict with a bundle; needs the base install only."""
    from edge.errors import InputError
    from edge.model import load

    if bool(texts) == (data is not None):
        raise InputError("give a text, or --data with a file of texts" + (", not both" if texts else ""))
    with without_library_logs():
        model = load(bundle, artifact, threads)
        examples = [tuple(texts or ())] if data is None else _read_examples(data, model)
        results = [model(*examples[0], top_k=top_k)] if data is None else list(model.batch(examples, top_k))
    _note_cuts(model, examples)
    if json:
        head = {"task": model.task.name, "artifacts": [part.id for part in model.artifacts]}
        rows = [_row(result) for result in results]
        print_json({**head, **rows[0]} if data is None else {**head, "results": rows})
        return
    predictions = [result for result in results if isinstance(result, list)]
    if predictions:
        print_table(_table(predictions, numbered=data is not None))
    for embedding in (result for result in results if not isinstance(result, list)):
        numbers = " ".join(f"{value:.4f}" for value in embedding.reshape(-1)[:SHOWN_VALUES])
        print(f"{model.task.name} {tuple(embedding.shape)}: {numbers} ... (all values with --json)")


def _read_examples(path: Path, model: "Model") -> list[tuple[str, ...]]:
    """Return the rows of a file as a model takes them."""
    from edge.samples import read_samples

    examples = []
    for sample in read_samples(path):
        more = sample.choices if model.task.name == "multiple-choice" else (sample.text_pair,)
        pair = more if model.task.segments == 2 else ()
        examples.append((sample.text, *(text for text in pair or () if text is not None)))
    return examples


def _note_cuts(model: "Model", examples: Sequence[tuple[str, ...]]) -> None:
    """Say where the end of a text was not read."""
    if model.task.name == "question-answering":
        return
    counts = [model.token_count(*example) for example in examples]
    cut = [count for count in counts if count > model.max_length]
    if len(examples) == 1 and cut:
        print_note(f"note: the text has {cut[0]} tokens, only {model.max_length} are read; the rest is cut off")
    elif cut:
        print_note(
            f"note: {len(cut)} of {len(examples)} texts have more than {model.max_length} tokens; the rest is cut off"
        )


def _row(result: "list[Prediction] | np.ndarray") -> dict[str, Any]:
    if isinstance(result, list):
        return {"predictions": [{k: v for k, v in asdict(p).items() if v is not None} for p in result]}
    return {"shape": list(result.shape), "values": result.tolist()}


def _table(results: "Sequence[list[Prediction]]", numbered: bool) -> Table:
    located = any(prediction.start is not None for result in results for prediction in result)
    table = Table(*(["row"] if numbered else []), "label", "score", *(["characters"] if located else []))
    for number, result in enumerate(results, start=1):
        for prediction in result:
            row = [str(number)] if numbered else []
            span = [f"{prediction.start}-{prediction.end}"] if located else []
            table.add_row(*row, prediction.label, f"{prediction.score:.4f}", *span)
    return table
