"""Hands boosters the categories that are no text: those of text have the right dtype already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.category_levels import category_levels
from anops_worker.form import Form

if TYPE_CHECKING:
    import pandas as pd


def number_levels(model: Any) -> dict[str, tuple[Any, ...]]:  # noqa: ANN401
    """Return the levels of categories that are not text."""
    levels = category_levels(model)
    return {name: each for name, each in levels.items() if not all(isinstance(level, str) for level in each)}


def categorised(model: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    """Make categories of such columns, with the levels of the fit.

    Args:
        model: The fitted object.
        data: The rows.
    """
    levels = number_levels(model)
    if not levels:
        return data
    import pandas as pd  # noqa: PLC0415  most models need none of it here

    known = {name: each for name, each in levels.items() if name in data}
    return data.assign(**{name: pd.Categorical(data[name], categories=list(each)) for name, each in known.items()})


def categorising_code(model: Any) -> str:  # noqa: ANN401
    """Return the Python that does what `categorised` does."""
    levels = {name: list(each) for name, each in number_levels(model).items()}
    return (
        f"levels = {levels}\n"
        "data = data.assign(**{name: pd.Categorical(data[name], categories=levels[name]) for name in levels})"
    )


CATEGORIES = Form("categories", categorised, categorising_code, is_plain=False)
