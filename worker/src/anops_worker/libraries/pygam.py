"""Additive models of pygam: how many columns they take, the ranges of smooths, and the codes of factor terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.libraries.library import Library
from anops_worker.python_describe.understanding import stand_ins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_worker.python_describe.understanding import Understanding


class PyGAM(Library):
    """What is known of pygam, which keeps no names of columns."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of pygam
        """Return numbers: it makes an array of what it is given; see `Library`."""
        width = (getattr(model, "statistics_", None) or {}).get("m_features")
        return [str(i) for i in range(width)] if width else None

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add ranges, and the codes of factors: it rounds what lies between two of them; see `Library`."""
        names = stand_ins(found.width or 0)
        for kind, place, ends in _edges(getattr(model, "terms", None) or ()):
            if kind == "FactorTerm":
                codes = range(math.ceil(ends[0]), math.floor(ends[1]) + 1)
                found.known[names[place]] = ColumnSpec(type="number", values=tuple(float(code) for code in codes))
            else:
                found.ranges[names[place]] = ends


def _edges(terms: Any) -> Iterator[tuple[str, int, tuple[float, float]]]:  # noqa: ANN401
    """Yield the kind, the column and the outer knots of each term; a tensor product has several columns."""
    for term in terms:
        knots = getattr(term, "edge_knots_", None)
        if knots is None or not len(knots):
            continue
        several = isinstance(term.feature, list)
        for place, ends in zip(term.feature if several else [term.feature], knots if several else [knots], strict=True):
            yield type(term).__name__, int(place), (float(ends[0]), float(ends[-1]))
