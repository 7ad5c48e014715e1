"""What a build copies from the cache instead of making it, and what it keeps there."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from edge.artifact import Artifact
from edge.checkpoint import Checkpoint
from edge.child_process import Stage
from edge.content_cache import ContentCache
from edge.conversion_keys import calibration_key, checkpoint_content, code_sha256, conversion_key, reference_key
from edge.conversions import Calibration, Conversion, Reference, sharing_work


class BuildCache:
    """The cache as one build of one checkpoint sees it; without a folder it has nothing and keeps nothing.

    Parameters
    ----------
    folder
        Of the cache, or None.
    stage
        Shows what came from there.
    """

    def __init__(self, folder: Path | None, checkpoint: Checkpoint, stage: Stage) -> None:
        self._cache = None if folder is None else ContentCache(folder)
        self._stage = stage
        self._code = "" if folder is None else code_sha256()
        self._checkpoint = {} if folder is None else checkpoint_content(checkpoint)

    def take_calibrations(self, calibrations: Iterable[Calibration]) -> list[Calibration]:
        """Copy plans and tables to their places; return the calibrations that are missing."""
        missing = []
        for entry in calibrations:
            if self._cache is None or self._cache.take(self._key_of(entry), _files_of(entry)) is None:
                missing.append(entry)
            else:
                self._tell(f"{entry.title}: taken from the cache")
        return missing

    def take_references(self, references: Iterable[Reference]) -> list[Reference]:
        """Copy references to their places; return those that are missing."""
        missing = []
        for entry in references:
            if self._cache is None or self._cache.take(self._key_of_reference(entry), entry.files) is None:
                missing.append(entry)
            else:
                self._tell(f"fp32 reference at {entry.sequence_length} tokens: taken from the cache")
        return missing

    def take_conversions(
        self, conversions: Iterable[Conversion], static_plans: Mapping[str, Path]
    ) -> dict[str, Artifact]:
        """Copy artifacts to their places; return them by id.

        Parameters
        ----------
        static_plans
            File with the plan of each calibrated recipe.
        """
        taken: dict[str, Artifact] = {}
        if self._cache is None:
            return taken
        for _, group in groupby(conversions, sharing_work):
            recipes, members = [], list(group)
            for entry in members:
                key = self._key_of_conversion(entry, static_plans)
                document = self._cache.take(key, entry.files)
                if document is not None:
                    places = {"path": entry.path, "layer_values": entry.files.get("layer_values")}
                    taken[entry.id] = Artifact.model_validate({**document, **places})
                    recipes.append(entry.recipe)
            if recipes:
                self._tell(f"{members[0].title(recipes)}: taken from the cache")
        return taken

    def keep(
        self,
        calibrations: Sequence[Calibration],
        references: Sequence[Reference],
        conversions: Sequence[Conversion],
        artifacts: Mapping[str, Artifact],
        static_plans: Mapping[str, Path],
    ) -> None:
        """Keep plans with their tables, references, and artifacts, given by id. If that fails, the build goes on."""
        # Code that was changed meanwhile may have made them, and not the code that the keys name.
        if self._cache is None or code_sha256() != self._code:
            return
        try:
            for calibration in calibrations:
                self._cache.keep(self._key_of(calibration), _files_of(calibration), {})
            for reference in references:
                self._cache.keep(self._key_of_reference(reference), reference.files, {})
            for conversion in conversions:
                document = artifacts[conversion.id].model_dump(mode="json", exclude={"path", "layer_values"})
                key = self._key_of_conversion(conversion, static_plans)
                self._cache.keep(key, conversion.files, document)
        except OSError as error:
            self._tell(f"the cache is not written: {error.filename or self._cache.folder}: {error.strerror}")

    def _tell(self, title: str) -> None:
        with self._stage(title):
            return

    def _key_of(self, calibration: Calibration) -> str:
        return calibration_key(
            self._checkpoint,
            calibration.recipe,
            calibration.texts,
            calibration.sequence_length,
            calibration.max_drop,
            self._code,
        )

    def _key_of_reference(self, reference: Reference) -> str:
        return reference_key(self._checkpoint, reference.samples, reference.sequence_length, self._code)

    def _key_of_conversion(self, conversion: Conversion, static_plans: Mapping[str, Path]) -> str:
        return conversion_key(self._checkpoint, conversion, static_plans.get(conversion.recipe), self._code)


def _files_of(calibration: Calibration) -> dict[str, Path]:
    return {"plan": calibration.plan, "table": calibration.table}
