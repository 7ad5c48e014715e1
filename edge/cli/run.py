"""``squeezebert-edge run``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table, without_library_logs
from edge.cli.stream import note_truncated, serve_stdin

if TYPE_CHECKING:
    from edge.model import Model
    from edge.predictions import Prediction


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
    stdin: Annotated[
        bool,
        typer.Option("--stdin", help="Serve a stream: a text in each line of the input, answered at once by a line."),
    ] = False,
    artifact: Annotated[str | None, typer.Option(help="Artifact id; the default is the best for this host.")] = None,
    top_k: Annotated[int | None, typer.Option(min=1, help="How many predictions to print.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; see 'list targets' for the default.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; with --stdin, JSON in each line, in and out.")
    ] = False,
) -> None:
    """Predict with a bundle; needs the base install only."""
    from edge.errors import InputError
    from edge.model import load
    from edge.stream import embedding_in_words, result_fields

    sources = [bool(texts), data is not None, stdin].count(True)
    if sources != 1:
        only = ", only one of them" if sources else ""
        raise InputError(f"give a text, --data with a file of texts, or --stdin{only}")
    if stdin:
        serve_stdin(bundle, artifact, top_k, threads, json)
        return
    with without_library_logs():
        model = load(bundle, artifact, threads)
        examples = [tuple(texts or ())] if data is None else _read_examples(data, model)
        results = [model(*examples[0], top_k=top_k)] if data is None else list(model.batch(examples, top_k))
    _note_cuts(model, examples)
    if json:
        head = {"task": model.task.name, "artifacts": [part.id for part in model.artifacts]}
        rows = [result_fields(result) for result in results]
        print_json({**head, **rows[0]} if data is None else {**head, "results": rows})
        return
    predictions = [result for result in results if isinstance(result, list)]
    if predictions:
        print_table(_table(predictions, numbered=data is not None))
    for embedding in (result for result in results if not isinstance(result, list)):
        print(embedding_in_words(model.task.name, embedding))


def _read_examples(path: Path, model: "Model") -> list[tuple[str, ...]]:
    """Return the rows of a file as a model takes them."""
    from edge.samples import read_samples
    from edge.stream import texts_of_sample

    return [texts_of_sample(sample, model.task) for sample in read_samples(path)]


def _note_cuts(model: "Model", examples: Sequence[tuple[str, ...]]) -> None:
    """Say where the end of a text was not read."""
    if model.task.name == "question-answering":
        return
    counts = [model.token_count(*example) for example in examples]
    cut = [count for count in counts if count > model.max_length]
    if len(examples) == 1 and cut:
        print_note(f"note: the text has {cut[0]} tokens, only {model.max_length} are read; the rest is cut off")
    elif cut:
        note_truncated(len(cut), len(examples), model.max_length)


def _table(results: "Sequence[list[Prediction]]", numbered: bool) -> Table:
    located = any(prediction.start is not None for result in results for prediction in result)
    table = Table(*(["row"] if numbered else []), "label", "score", *(["characters"] if located else []))
    for number, result in enumerate(results, start=1):
        for prediction in result:
            row = [str(number)] if numbered else []
            span = [f"{prediction.start}-{prediction.end}"] if located else []
            table.add_row(*row, prediction.label, f"{prediction.score:.4f}", *span)
    return table
