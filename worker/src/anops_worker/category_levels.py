"""Which columns an object was fitted on as pandas categories, and with which levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.estimators import searched
from anops_worker.libraries.finding import libraries_of

if TYPE_CHECKING:
    from anops_worker.libraries.library import Levels

_latest: list[tuple[object, Levels]] = []
"""The object that was asked for last: a worker has one model, and asks it with each prediction."""


def category_levels(model: Any) -> Levels:  # noqa: ANN401  any object
    """Return the levels that an object keeps of its categories, by column.

    Args:
        model: The fitted object: a booster, an estimator around one, or a search for one.

    Returns:
        The levels in the order of their codes; empty where it has no categories, or does not keep their levels.
    """
    if _latest and _latest[0][0] is model:
        return _latest[0][1]
    inner = searched(model)
    found = next((levels for library in libraries_of(inner) if (levels := library.category_levels(inner))), {})
    _latest[:] = [(model, found)]
    return found
