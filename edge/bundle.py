"""The bundle: one folder with everything that an app loads."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from edge.artifact import Artifact
from edge.checksums import sha256, size
from edge.errors import InputError
from edge.manifest import SCHEMA_VERSION, ArtifactInfo, FileInfo, Manifest, dump
from edge.sensitivity import Sensitivity, read_sensitivity
from edge.typed_documents import first_problem

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk."""

    directory: Path
    manifest: Manifest

    def artifact(self, artifact_id: str) -> ArtifactInfo:
        """Return the artifact called `artifact_id`.

        Raises
        ------
        InputError
            If the bundle has none of that name.
        """
        for artifact in self.manifest.artifacts:
            if artifact.id == artifact_id:
                return artifact
        known = ", ".join(artifact.id for artifact in self.manifest.artifacts)
        raise InputError(f"no artifact '{artifact_id}' in {self.directory}: it has {known}")

    def path(self, artifact: ArtifactInfo) -> Path:
        """Return where `artifact` lies."""
        return self.directory / artifact.file


def open_bundle(directory: Path) -> Bundle:
    """Read the bundle in `directory`.

    Raises
    ------
    InputError
        If it is missing, is no bundle, or was written by another version.
    """
    path = directory / MANIFEST
    if not directory.is_dir():
        raise InputError(f"{directory}: no such bundle; make one with 'squeezebert-edge build'")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{directory}: not a bundle, it has no {MANIFEST}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: damaged ({error}); build the bundle again") from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version != SCHEMA_VERSION:
        raise InputError(f"{path}: schema version {version}, this program reads {SCHEMA_VERSION}; build it again")
    try:
        manifest = Manifest.model_validate(document)
    except ValidationError as error:
        place, problem = first_problem(error)
        raise InputError(f"{path}: {place}: {problem}; build the bundle again") from error
    for entry in _files(manifest):
        if Path(entry.file).is_absolute() or ".." in Path(entry.file).parts:
            raise InputError(f"{path}: {entry.file} points outside of the bundle")
    return Bundle(directory, manifest)


def sensitivity_of(bundle: Bundle, artifact: ArtifactInfo) -> Sensitivity | None:
    """Return the sensitivity table of the artifact's recipe; None where its activations are not calibrated.

    Raises
    ------
    InputError
        If the table is missing or damaged.
    """
    for entry in bundle.manifest.quantization:
        if Path(entry.file).stem == artifact.recipe:
            path = bundle.directory / entry.file
            try:
                return read_sensitivity(path)
            except (OSError, ValueError) as error:
                raise InputError(f"{path}: missing or damaged; build the bundle again") from error
    return None


def damaged_files(bundle: Bundle, files: Iterable[FileInfo] | None = None) -> list[str]:
    """Return one line for each file that is missing or does not have the manifest's checksum.

    Parameters
    ----------
    files
        Of the bundle; None checks all.
    """
    problems = []
    for entry in _files(bundle.manifest) if files is None else files:
        path = bundle.directory / entry.file
        if not path.exists():
            problems.append(f"{entry.file}: missing")
        elif size(path) != entry.bytes or sha256(path) != entry.sha256:
            problems.append(f"{entry.file}: its checksum differs from the manifest's")
    return problems


def _files(manifest: Manifest) -> list[FileInfo]:
    layer_values = [artifact.layer_values for artifact in manifest.artifacts if artifact.layer_values is not None]
    return [
        *manifest.artifacts,
        *layer_values,
        *manifest.golden,
        *manifest.tokenizer_files,
        *manifest.quantization,
    ]


def file_info(directory: Path, path: Path) -> FileInfo:
    """Describe a file of the bundle in `directory`."""
    return FileInfo(file=path.relative_to(directory).as_posix(), sha256=sha256(path), bytes=size(path))


def artifact_info(directory: Path, artifact: Artifact) -> ArtifactInfo:
    """Describe an artifact that lies in the bundle in `directory`, with no parity or accuracy measured yet."""
    return ArtifactInfo(
        **file_info(directory, artifact.path).model_dump(),
        id=artifact.id,
        format=artifact.format,
        backend=artifact.backend,
        recipe=artifact.recipe,
        sequence_lengths=list(artifact.sequence_lengths),
        inputs=list(artifact.inputs),
        outputs=list(artifact.outputs),
        minimum_runtime=artifact.minimum_runtime,
        delegation=artifact.delegation,
        functions=list(artifact.functions),
        parity={},
        accuracy={},
        layer_values=None if artifact.layer_values is None else file_info(directory, artifact.layer_values),
    )


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write manifest.json."""
    (directory / MANIFEST).write_text(dump(manifest), encoding="utf-8")


def check_target(target: Path, force: bool) -> None:
    """Raise InputError if a bundle must not be written to `target`.

    A bundle is replaced only with `force`; any other file or folder never is.
    """
    if target.resolve() == Path.cwd():
        raise InputError(f"{target}: this is the current folder; choose another --out")
    if not target.exists():
        parent = next(folder for folder in target.absolute().parents if folder.exists())
        if not parent.is_dir():
            raise InputError(f"{target}: {parent} is a file; choose another --out")
        if not os.access(parent, os.W_OK | os.X_OK):
            raise InputError(f"{target}: no permission to write in {parent}; choose another --out")
        return
    if target.is_dir() and not any(target.iterdir()):
        return
    if not (target / MANIFEST).is_file():
        raise InputError(f"{target}: exists and is not a bundle; choose another --out")
    if not force:
        raise InputError(f"{target}: a bundle is there already; add --force to replace it")


@contextmanager
def new_bundle(target: Path, force: bool) -> Iterator[Path]:
    """Give a temporary folder beside `target` that becomes `target` at the end, or vanishes on any error.

    Raises
    ------
    InputError
        If `target` is taken (see `check_target`), or its parent cannot be written.
    """
    check_target(target, force)
    # A link to a bundle stays a link: what it points to is replaced.
    place = target.resolve()
    created = [folder for folder in place.parents if not folder.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        _remove_empty(created)
        raise InputError(f"{target}: cannot be written ({error.strerror}); choose another --out") from error
    try:
        # mkdtemp makes folders that only their owner can read; a bundle is for others too.
        draft.chmod(0o755)
        yield draft
        check_target(target, force)
        try:
            _replace(place, draft)
        except OSError as error:
            raise InputError(f"{target}: cannot be replaced ({error.strerror}); choose another --out") from error
    finally:
        if draft.exists():
            shutil.rmtree(draft)
            _remove_empty(created)


def _replace(target: Path, draft: Path) -> None:
    """Rename `draft` to `target`; if that fails, what was there stays."""
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-old-", dir=target.parent) as aside:
        old = Path(aside) / target.name
        try:
            if target.exists():
                target.rename(old)
            draft.rename(target)
        except BaseException:
            if old.exists() and not target.exists():
                old.rename(target)
            raise


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders, innermost first, as far as nobody put anything into them."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
