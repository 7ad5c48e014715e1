"""What a user may ask of files beside recipe and length, as data: each option is for some backends only."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from edge.errors import InputError

METADATA = ("mediapipe", "none")
INPUT_DTYPES = ("int32", "int64")


@dataclass(frozen=True)
class FileOptions:
    """Options of the files of a build; the defaults ask for nothing.

    Attributes
    ----------
    deployment_target
        Oldest of Apple's systems (`converters.deployment_target.DEPLOYMENT_TARGETS`); None takes the oldest that each
        recipe allows.
    metadata
        Whom a file describes itself to (`METADATA`); None leaves it to the converter.
    input_dtype
        Type of the token ids and masks that a file takes (`INPUT_DTYPES`).
    classifier
        Whether a file answers with a label beside the logits.
    """

    deployment_target: str | None = None
    metadata: str | None = None
    input_dtype: str = "int32"
    classifier: bool = False

    def __post_init__(self) -> None:
        for option, value, known in (
            ("--metadata", self.metadata, (None, *METADATA)),
            ("--input-dtype", self.input_dtype, INPUT_DTYPES),
        ):
            if value not in known:
                names = ", ".join(name for name in known if name is not None)
                raise InputError(f"unknown {option} '{value}': choose one of {names}")

    @property
    def asked(self) -> frozenset[str]:
        """Names of the options that ask for something."""
        return frozenset(name for name, value in vars(self).items() if value != getattr(NOTHING_ASKED, name))

    def of(self, taken: Collection[str]) -> "FileOptions":
        """Return these options without those that are not in `taken`."""
        defaults = {name: value for name, value in vars(NOTHING_ASKED).items() if name not in taken}
        return replace(self, **defaults)


NOTHING_ASKED = FileOptions()


# How the command line calls each option, for messages.
FLAGS = {
    "deployment_target": "--deployment-target",
    "metadata": "--metadata",
    "input_dtype": "--input-dtype",
    "classifier": "--coreml-classifier",
}
