"""Just the files that a client wants, in a folder of their own, with a README that shows their use."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from edge.bundle import Bundle, damaged_files
from edge.clients.client import Client
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.new_folder import check_place, new_folder

README = "README.md"
# What is taken where no artifact is named: the closest int8 first, then what is smaller than float32.
RECIPES = ("int8-dynamic", "int8-weight", "int8-static", "fp16", "fp32")


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    artifact
        Id of the artifact that the files come from.
    files
        Paths in `directory`, in order.
    """

    client: str
    artifact: str
    directory: Path
    files: tuple[str, ...]


def export(bundle: Bundle, client: Client, target: Path, artifact: str | None = None) -> Exported:
    """Write what `client` loads to the folder `target`, which appears whole or not at all.

    Parameters
    ----------
    artifact
        Id of an artifact of the client's format; None takes int8 where there is some, and the longest length.

    Raises
    ------
    InputError
        If the client does not serve the model's task, the bundle has nothing for it, or `target` is taken.
    """
    check_place(target)
    task = bundle.manifest.model.task
    if task not in client.tasks:
        raise InputError(f"{client.name} does not serve {task}: it is for {', '.join(client.tasks)}")
    chosen = choose_artifact(bundle, client, artifact)
    damaged = damaged_files(bundle, [chosen, *bundle.manifest.tokenizer_files])
    if damaged:
        raise InputError(f"{bundle.directory}: {'; '.join(damaged)}; build the bundle again")
    with new_folder(target) as draft:
        fields = client.write(bundle, chosen, draft)
        template = (resources.files("edge.clients") / f"{client.module}.md").read_text(encoding="utf-8")
        (draft / README).write_text(
            Template(template).substitute(
                model=bundle.manifest.model.name,
                task=task,
                artifact=chosen.id,
                length=chosen.sequence_lengths[-1],
                tested=client.tested,
                **fields,
            ),
            encoding="utf-8",
        )
        files = tuple(path.relative_to(draft).as_posix() for path in sorted(draft.rglob("*")) if path.is_file())
    return Exported(client.name, chosen.id, target, files)


def choose_artifact(bundle: Bundle, client: Client, artifact: str | None) -> ArtifactInfo:
    """Return the artifact to export; parameters and errors as those of `export`."""
    if artifact is not None:
        named = bundle.artifact(artifact)
        if not _is_for(named, client):
            raise InputError(f"{client.name} loads {client.format} for {client.backend}, and {named.id} is another")
        return named
    candidates = [entry for entry in bundle.manifest.artifacts if _is_for(entry, client) and entry.recipe in RECIPES]
    if not candidates:
        raise InputError(
            f"{bundle.directory}: nothing here is for {client.name}; build with --formats {client.format} first"
        )
    return min(candidates, key=lambda entry: (RECIPES.index(entry.recipe), -entry.sequence_lengths[-1]))


def _is_for(artifact: ArtifactInfo, client: Client) -> bool:
    # Bundles that are older than backends have the default one only.
    return artifact.format == client.format and artifact.backend in ("", client.backend)
