"""The levels of categories that a booster of xgboost keeps, read without pyarrow, which xgboost itself asks for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Encoding(msgspec.Struct):
    """The levels of one column: numbers, or the bytes of all texts, one after the other."""

    values: list[int]
    offsets: list[int] | None = None

    def levels(self) -> tuple[str | int, ...]:
        if self.offsets is None:
            return tuple(self.values)
        if any(value < 0 for value in self.values):  # bytes are signed here
            return ()
        data = bytes(self.values)
        return tuple(data[start:end].decode() for start, end in pairwise(self.offsets))


class _Categories(msgspec.Struct):
    enc: list[_Encoding] = []


class _Trees(msgspec.Struct):
    cats: _Categories = msgspec.field(default_factory=_Categories)


class _Booster(msgspec.Struct):
    model: _Trees = msgspec.field(default_factory=_Trees)
    gbtree: _Booster | None = None  # of dart, which has its trees one floor down


class _Learner(msgspec.Struct):
    gradient_booster: _Booster


class _Saved(msgspec.Struct):
    """What xgboost's own file of a model says; all else is skipped unread."""

    learner: _Learner


def kept_levels(booster: Any) -> Sequence[tuple[str | int, ...]]:  # noqa: ANN401  of any version of xgboost
    """Return the levels of each column, empty where it is no category.

    Args:
        booster: The booster.

    Returns:
        Nothing where it keeps none, or not whole: xgboost 3.2 cuts a text that is not ASCII off at the end.
    """
    try:
        found = msgspec.json.decode(booster.save_raw("json"), type=_Saved).learner.gradient_booster
        return [each.levels() for each in (found.gbtree or found).model.cats.enc]
    except ValueError:  # what msgspec, a decoder and xgboost raise
        return []
