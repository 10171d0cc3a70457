"""Columns of few different texts between our own two services: each text once, and which of them each row has.

To read a text of the protocol's BYTES for every row costs a service more than most models take to predict it.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """Texts, coded.

    Attributes:
        places: Which text each row has (1-D, int32).
        different: The different texts.
    """

    places: np.ndarray
    different: tuple[str, ...]

    def take(self, start: int, stop: int) -> CodedTexts:
        """Return those from `start` (0-based) up to, without, `stop`."""
        return CodedTexts(self.places[start:stop], self.different)

    def counts(self) -> dict[str, int]:
        """Return how many rows each text has that any has."""
        found = np.bincount(self.places, minlength=len(self.different)).tolist()
        return {text: count for text, count in zip(self.different, found, strict=True) if count}

    @classmethod
    def joined(cls, parts: Sequence[CodedTexts]) -> CodedTexts:
        """Put texts behind each other."""
        if all(part.different == parts[0].different for part in parts):
            return cls(np.concatenate([part.places for part in parts]), parts[0].different)
        different = tuple(dict.fromkeys(text for part in parts for text in part.different))
        place = {text: i for i, text in enumerate(different)}
        moved = [np.array([place[text] for text in part.different], dtype=np.int32) for part in parts]
        places = [np.take(to, part.places) for to, part in zip(moved, parts, strict=True)]
        return cls(np.concatenate(places), different)


def code(values: np.ndarray, known: CodedTexts | None = None) -> CodedTexts | None:
    """Code texts; None where they are too few, or too many are different.

    Args:
        values: The texts (1-D, object).
        known: What they are where somebody has coded them.
    """
    if len(values) < FEWEST_ROWS:
        return None
    if known is not None:
        return known
    texts = values.tolist()
    different = tuple(dict.fromkeys(texts))
    if len(different) > len(texts) // 4:
        return None
    place = {text: i for i, text in enumerate(different)}
    return CodedTexts(np.fromiter(itemgetter(*texts)(place), dtype=np.int32, count=len(texts)), different)


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
