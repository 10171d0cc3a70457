"""Which of two versions is the higher: by their numbers, so that 1.10 comes after 1.9."""

from __future__ import annotations

import re

_PART = re.compile(r"\d+|[a-z]+", re.IGNORECASE)


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return what versions are sorted by.

    Numbers count as numbers, and words make a version lower than the same one without: 2.0.0-rc1 comes before 2.0.0.
    A model without a version comes first.
    """
    parts = _PART.findall(version)
    key = [(1, int(part), "") if part.isdigit() else (-1, 0, part.lower()) for part in parts]
    return (*key, (0, 0, "")) if parts else ()
