"""The arrays that an artifact of one length takes."""

from collections.abc import Sequence

import numpy as np


def pad_inputs(
    input_ids: Sequence[int], token_type_ids: Sequence[int], names: Sequence[str], sequence_length: int, pad_id: int
) -> dict[str, np.ndarray]:
    """Pad one example at the end.

    Returns
    -------
    dict
        int32 arrays of shape (1, sequence_length) for each of `names` out of ``input_ids``, ``attention_mask`` (1 for
        tokens, 0 for padding) and ``token_type_ids``.
    """
    missing = sequence_length - len(input_ids)
    columns = {
        "input_ids": [*input_ids, *[pad_id] * missing],
        "attention_mask": [*[1] * len(input_ids), *[0] * missing],
        "token_type_ids": [*token_type_ids, *[0] * missing],
    }
    return {name: np.array([columns[name]], dtype=np.int32) for name in names}
