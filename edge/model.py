"""`edge.load`: a bundle as a function from texts to predictions. Needs no torch."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from edge.batch import ALONE, SIDE_BY_SIDE, Example, run_in_turn, run_side_by_side
from edge.bundle import Bundle, open_bundle
from edge.devices.host import default_threads
from edge.errors import InputError
from edge.manifest import ArtifactInfo
from edge.model_inputs import pad_inputs
from edge.predictions import (
    Prediction,
    best_answers,
    classify_text,
    classify_tokens,
    fill_masks,
    rank_choices,
)
from edge.runtimes import Runtime, load_runtime, why_unavailable
from edge.target import host_target, rank_artifacts
from edge.tasks import find_task
from edge.tokenizer import Encoding, Tokenizer

# Tokens that neighbouring windows of a long context share, so that no answer is cut in two.
WINDOW_OVERLAP = 32


class Model:
    """A loaded bundle.

    One artifact is loaded for each length that is needed; each text runs at the shortest length that holds it. One
    thread at a time may use a model.

    Parameters
    ----------
    bundle
        The bundle.
    artifacts
        Artifacts of one format and recipe, one for each length.
    threads
        Threads that the runtime may use.
    """

    def __init__(self, bundle: Bundle, artifacts: Sequence[ArtifactInfo], threads: int) -> None:
        self.bundle = bundle
        single = [each for artifact in artifacts for each in artifact.by_length()]
        self.artifacts = tuple(sorted(single, key=lambda artifact: artifact.sequence_lengths[0]))
        self.task = find_task(bundle.manifest.model.task)
        self.tokenizer = Tokenizer(bundle.directory / bundle.manifest.tokenizer.directory)
        self._threads = threads
        self._runtimes: dict[int, Runtime] = {}
        self._side_by_side: SimpleQueue[Model] | None = None
        # Loaded now, so that a damaged file shows here and not at the first text.
        self._runtime(self.artifacts[0])

    @property
    def max_length(self) -> int:
        """Longest sequence that an artifact takes, in tokens."""
        return self.artifacts[-1].sequence_lengths[0]

    def __call__(self, text: str, *more: str, top_k: int | None = None) -> list[Prediction] | np.ndarray:
        """Run the task on one example.

        Parameters
        ----------
        text
            The text, or the question of question-answering.
        more
            The second text of a pair, the context of question-answering, or the choices of multiple-choice.
        top_k
            How many predictions to return; the default is 1, or 5 for fill-mask, or all choices.

        Returns
        -------
        list of Prediction, or numpy.ndarray
            Best first; for feature-extraction the float32 embedding, shape (H,), or a vector for each token, (tokens,
            H).

        Raises
        ------
        InputError
            If the number of texts does not fit the task.
        """
        self._check_texts(text, more)
        labels = self.bundle.manifest.model.labels
        match self.task.name:
            case "question-answering":
                windows = self.tokenizer.encode_windows(text, more[0], self._length_for((text, *more)), WINDOW_OVERLAP)
                scored = [(window, self.run(window)) for window in windows]
                return best_answers(scored, more[0], top_k or 1)
            case "multiple-choice":
                scores = [float(self.run(self._encode((text, choice)))["logits"].reshape(())) for choice in more]
                return rank_choices(scores, more, top_k or len(more))
        encoding = self._encode((text, *more))
        outputs = self.run(encoding)
        match self.task.name:
            case "text-classification":
                return classify_text(outputs["logits"][0], labels, top_k or 1)
            case "token-classification":
                return classify_tokens(outputs["logits"][0], encoding, labels)
            case "fill-mask":
                return fill_masks(outputs["logits"][0], encoding, self.tokenizer, top_k or 5)
        embedding = next(iter(outputs.values()))[0]
        return embedding if embedding.ndim == 1 else embedding[: len(encoding.input_ids)]

    def batch(self, texts: Iterable[Example], top_k: int | None = None) -> Iterator[list[Prediction] | np.ndarray]:
        """Run the task on many examples, on all cores that the model may use.

        Parameters
        ----------
        texts
            Examples: a text each, or a tuple of texts as a call takes them. They are read while results are taken,
            a few ahead, so a generator of any length needs little memory.
        top_k
            As in a call.

        Returns
        -------
        iterator
            What a call returns, the same to the last bit, for each example in order: ``list(model.batch(texts))``.

        Raises
        ------
        InputError
            If `texts` is one text; from the iterator, if an example is not what the task takes, with its position.
        """
        if isinstance(texts, str):
            raise InputError("batch takes many texts, and this is one: give a list, or call the model itself")
        return self._batch(iter(texts), top_k)

    def _batch(self, texts: Iterator[Example], top_k: int | None) -> Iterator[list[Prediction] | np.ndarray]:
        yield from run_in_turn(partial(self, top_k=top_k), islice(texts, ALONE))
        following = list(islice(texts, 1))
        if not following:
            return
        rest = chain(following, texts)
        if self._threads == 1 or self.artifacts[0].format not in SIDE_BY_SIDE:
            yield from run_in_turn(partial(self, top_k=top_k), rest, ALONE)
            return
        if self._side_by_side is None:
            self._side_by_side = SimpleQueue()
            for _ in range(self._threads):
                self._side_by_side.put(Model(self.bundle, self.artifacts, threads=1))
        yield from run_side_by_side(
            partial(Model.__call__, top_k=top_k), self._side_by_side, self._threads, rest, ALONE
        )

    def run(self, encoding: Encoding) -> dict[str, np.ndarray]:
        """Return the artifact's outputs for one encoded example."""
        artifact = self._artifact_for(len(encoding.input_ids))
        names = [spec.name for spec in artifact.inputs]
        pad = self.tokenizer.special_ids["pad"]
        length = artifact.sequence_lengths[0]
        inputs = pad_inputs(encoding.input_ids, encoding.token_type_ids, names, length, pad)
        return self._runtime(artifact).run(inputs)

    def token_count(self, text: str, *more: str) -> int:
        """Return the tokens of one example before any cut; above `max_length`, its end is not read."""
        if self.task.name == "multiple-choice":
            return max(self.tokenizer.count((text, choice)) for choice in more)
        return self.tokenizer.count((text, *more))

    def _check_texts(self, text: str, more: Sequence[str]) -> None:
        for part in (text, *more):
            if not isinstance(part, str):
                raise InputError(f"a value of type {type(part).__name__} is no text; give a string")
        if any(not part.strip() for part in (text, *more)):
            raise InputError("an empty text has nothing to predict; give one with words in it")
        wanted = {
            "question-answering": ("a question and a context", len(more) == 1),
            "multiple-choice": ("a text and at least two choices", len(more) >= 2),
            "text-classification": ("one text or two", len(more) <= 1),
        }.get(self.task.name, ("one text", not more))
        if not wanted[1]:
            raise InputError(f"{self.task.name} takes {wanted[0]}, but {1 + len(more)} were given")

    def _encode(self, texts: tuple[str, ...]) -> Encoding:
        return self.tokenizer.encode(texts, self.max_length)

    def _length_for(self, texts: tuple[str, ...]) -> int:
        return self._artifact_for(self.tokenizer.count(texts)).sequence_lengths[0]

    def _artifact_for(self, tokens: int) -> ArtifactInfo:
        fitting = [artifact for artifact in self.artifacts if artifact.sequence_lengths[0] >= tokens]
        return fitting[0] if fitting else self.artifacts[-1]

    def _runtime(self, artifact: ArtifactInfo) -> Runtime:
        length = artifact.sequence_lengths[0]
        if length not in self._runtimes:
            self._runtimes[length] = load_runtime(
                artifact.format,
                self.bundle.path(artifact),
                artifact.inputs,
                artifact.outputs,
                self._threads,
                artifact.minimum_runtime,
                artifact.runtime_options,
            )
        return self._runtimes[length]


def load(bundle: str | Path, artifact: str | None = None, threads: int | None = None) -> Model:
    """Load a bundle; needs the base install only.

    Parameters
    ----------
    bundle
        Folder that ``squeezebert-edge build`` wrote.
    artifact
        Id of one artifact; None picks the best format and recipe for this host, at all lengths.
    threads
        Threads that the runtime may use; None takes those of this host's target, at most its cores.

    Raises
    ------
    InputError
        If the bundle or artifact cannot be read, or no runtime is installed that computes it right.
    """
    opened = open_bundle(Path(bundle).expanduser())
    chosen = [opened.artifact(artifact)] if artifact is not None else _best_artifacts(opened)
    return Model(opened, chosen, threads or default_threads())


def _best_artifacts(bundle: Bundle) -> list[ArtifactInfo]:
    ranked = rank_artifacts(host_target(), bundle.manifest.artifacts)
    reasons = []
    for candidate in ranked:
        reason = why_unavailable(candidate.format, candidate.minimum_runtime)
        if reason is None:
            chosen = (candidate.format, candidate.backend, candidate.recipe)
            return [a for a in ranked if (a.format, a.backend, a.recipe) == chosen]
        reasons.append(reason)
    raise InputError(f"{bundle.directory}: nothing here runs on this host: {'; '.join(dict.fromkeys(reasons))}")
