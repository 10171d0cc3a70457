"""Columns of few different texts between our own two services: each text once, and which of them each row has.

To read a text of the protocol's BYTES for every row costs a service more than most models take to predict it.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

DATATYPE = "INT32"
"""That of the places."""
FEWEST_ROWS = 64
"""For fewer rows it does not pay."""


def code(values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """Code texts.

    Args:
        values: Texts (1-D, object).

    Returns:
        The places (1-D, int32) and the different texts that they are places in, or None where there are too many.
    """
    if len(values) < FEWEST_ROWS:
        return None
    texts = values.tolist()
    different = tuple(dict.fromkeys(texts))
    if len(different) > len(texts) // 4:
        return None
    place = {text: i for i, text in enumerate(different)}
    return np.fromiter(itemgetter(*texts)(place), dtype=np.int32, count=len(texts)), different


def texts_at(places: np.ndarray, different: Sequence[str], *, name: str) -> np.ndarray:
    """Return the texts that `code()` has coded.

    Args:
        places: What the tensor holds (1-D).
        different: The different texts.
        name: The tensor's name, for the message.

    Raises:
        AnOpsError: `TENSOR`: its places are none.
    """
    if places.dtype != np.int32 or (len(places) and not 0 <= places.min() <= places.max() < len(different)):
        raise AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: its values are not positions in its texts.")
    texts = np.empty(len(different) + 1, dtype=object)  # one more, so that it is never empty
    texts[:-1] = different
    return np.take(texts, places)
