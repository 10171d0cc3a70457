"""Which versions of datasets a run has read or made, as a tag of the run says it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA_TAG = "anops.data"
ARTIFACT_TAG = "anops.artifact"
"""The digest of the file of the model that a run has written."""


@dataclass(frozen=True, slots=True)
class DataUse:
    """A version of a dataset in a run.

    Attributes:
        name: The dataset.
        version: Its version.
        hash: The hash of its rows.
        role: "read" or "made".
    """

    name: str
    version: str
    hash: str
    role: str

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> Self:
        """Return what a line of the run says."""
        return cls(name, *(str(told.get(key, "")) for key in ("version", "hash", "role")))


def data_of(tags: Mapping[str, str]) -> list[DataUse]:
    """Return the versions that the tags of a run name; none where they can't be read."""
    try:
        return [DataUse.of(str(each["name"]), each) for each in json.loads(tags.get(DATA_TAG, "[]"))]
    except (ValueError, TypeError, KeyError):
        return []
