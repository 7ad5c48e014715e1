"""``squeezebert-edge run``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_note, print_table, without_library_logs


def run(
    bundle: Annotated[Path, typer.Argument(help="Bundle folder.")],
    texts: Annotated[
        list[str], typer.Argument(help="Text; then the second text, the context, or the choices, by task.")
    ],
    artifact: Annotated[str | None, typer.Option(help="Artifact id; the default is the best for this host.")] = None,
    top_k: Annotated[int | None, typer.Option(min=1, help="How many predictions to print.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; the default is all cores, at most 4.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Predict with a bundle; needs the base install only."""
    import numpy as np

    from edge.model import load

    with without_library_logs():
        model = load(bundle, artifact, threads)
        result = model(texts[0], *texts[1:], top_k=top_k)
    tokens = model.token_count(*texts)
    if tokens > model.max_length and model.task.name != "question-answering":
        print_note(f"note: the text has {tokens} tokens, only {model.max_length} are read; the rest is cut off")
    used = [part.id for part in model.artifacts]
    if isinstance(result, np.ndarray):
        document = {"task": model.task.name, "artifacts": used, "shape": list(result.shape), "values": result.tolist()}
        if json:
            print_json(document)
        else:
            numbers = " ".join(f"{value:.4f}" for value in result.reshape(-1)[:8])
            print(f"{model.task.name} {tuple(result.shape)}: {numbers} ... (all values with --json)")
        return
    predictions = [{key: value for key, value in asdict(p).items() if value is not None} for p in result]
    if json:
        print_json({"task": model.task.name, "artifacts": used, "predictions": predictions})
        return
    located = any(prediction.start is not None for prediction in result)
    table = Table("label", "score", *(["characters"] if located else []))
    for prediction in result:
        span = [f"{prediction.start}-{prediction.end}"] if located else []
        table.add_row(prediction.label, f"{prediction.score:.4f}", *span)
    print_table(table)
