"""``squeezebert-edge list``."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from edge.cli.output import print_json, print_table


class Listing(StrEnum):
    """What can be listed."""

    recipes = "recipes"
    targets = "targets"
    formats = "formats"
    backends = "backends"
    tasks = "tasks"
    clients = "clients"


def list_names(
    what: Annotated[Listing, typer.Argument(help="recipes, targets, formats, backends, tasks or clients.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the recipes, targets, formats, backends, tasks or clients that this version knows."""
    rows = _rows(what)
    if json:
        print_json(rows)
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(", ".join(value) if isinstance(value, list) else str(value) for value in row.values()))
    print_table(table)


def _rows(what: Listing) -> list[dict[str, object]]:
    from converters import FORMATS, recipes_of_backend, recipes_of_format
    from edge.clients import CLIENTS
    from edge.target import load_targets
    from edge.tasks import TASKS
    from quantize import load_recipes

    match what:
        case Listing.recipes:
            return [
                {"name": recipe.name, "formats": list(recipe.formats), "summary": recipe.summary}
                for recipe in load_recipes().values()
            ]
        case Listing.targets:
            return [
                {
                    "name": target.name,
                    "formats": list(target.formats),
                    "backends": [f"{name} {backend}" for name, some in target.backends.items() for backend in some],
                    "lengths": [str(length) for length in target.sequence_lengths],
                    "threads": target.threads,
                    "summary": target.summary,
                }
                for target in load_targets().values()
            ]
        case Listing.formats:
            return [
                {
                    "name": entry.name,
                    "backends": [backend.name for backend in entry.backends],
                    "recipes": [recipe.name for recipe in recipes_of_format(entry.name)],
                    "summary": entry.summary,
                }
                for entry in FORMATS.values()
            ]
        case Listing.backends:
            return [
                {
                    "name": backend.name,
                    "format": backend.format,
                    "recipes": [recipe.name for recipe in recipes_of_backend(backend)],
                    "summary": backend.summary,
                }
                for entry in FORMATS.values()
                for backend in entry.backends
            ]
        case Listing.clients:
            return [
                {
                    "name": client.name,
                    "format": client.format,
                    "tasks": list(client.tasks),
                    "tested": client.tested,
                    "summary": client.summary,
                }
                for client in CLIENTS.values()
            ]
        case Listing.tasks:
            return [
                {"name": task.name, "texts": task.segments, "outputs": list(task.outputs)} for task in TASKS.values()
            ]
