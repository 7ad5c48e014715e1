"""Which checkpoints MediaPipe Tasks can serve, so that only their .tflite says that it can."""

from converters.mediapipe_tokenizer import different_texts
from edge.checkpoint import Checkpoint
from edge.errors import InputError
from edge.samples import bundled_samples
from edge.tokenizer import Tokenizer

# MediaPipe lowers the letters A to Z only, so capitals of other alphabets become other tokens. Of the words of
# all-MiniLM-L6-v2, which has bert-base-uncased's vocabulary, 0.01% have other letters.
LARGEST_SHARE_OF_OTHER_LETTERS = 0.1


def writes_metadata(asked: str | None, checkpoint: Checkpoint) -> bool:
    """Return whether a .tflite of `checkpoint` gets metadata.

    Parameters
    ----------
    asked
        One of `converters.file_options.METADATA`; None writes it for every checkpoint that MediaPipe serves.

    Raises
    ------
    InputError
        If it is asked for and MediaPipe cannot serve the checkpoint.
    """
    if asked == "none":
        return False
    reason = why_not_served(checkpoint)
    if reason is not None and asked is not None:
        raise InputError(f"{reason}; leave --metadata mediapipe out")
    return reason is None


def why_not_served(checkpoint: Checkpoint) -> str | None:
    """Return None if MediaPipe Tasks computes with `checkpoint` what `edge.load` does on plain texts, else why not."""
    task = checkpoint.task.name
    if task != "text-classification" and checkpoint.pooling is None:
        kind = f"{task} without pooling" if task == "feature-extraction" else task
        return f"MediaPipe's text tasks are text-classification and sentence embeddings, not {kind}"
    if any(not label or len(label.splitlines()) != 1 for label in checkpoint.labels):
        return "MediaPipe reads a label from each line, and a label here is empty or has several lines"
    return _why_other_tokens(Tokenizer(checkpoint.directory))


def _why_other_tokens(tokenizer: Tokenizer) -> str | None:
    vocabulary = tokenizer.vocabulary
    if any(not token or "\n" in token or token.endswith("\r") for token in vocabulary):
        return "MediaPipe reads a token from each line, and a token here is empty or has a line break"
    words = [token for token in vocabulary if len(token) > 2 and token.isalpha()]
    if sum(not word.isascii() for word in words) > LARGEST_SHARE_OF_OTHER_LETTERS * len(words):
        return "MediaPipe lowers the letters A to Z only, and the vocabulary has words of other letters"
    texts = [sample.text for sample in bundled_samples() if sample.text.isascii()]
    differing = different_texts(tokenizer, texts, max_length=max(map(len, texts)) + 2)
    if differing:
        how = f"{differing[0]!r} shows it" if tokenizer.lowercase else "it lowers every text, the checkpoint's does not"
        return f"MediaPipe's tokenizer gives other tokens than the checkpoint's ({how})"
    return None
